; lemma: leave
; A site's object beyond the frame is on the heap under either runtime.
; rules: leave go

(declare-const m M)
(declare-const r Ref)

; assume

; step
(assert (local r))
(assert (ext m r))
(assert (Site (oabs r)))

; goal
(assert (not
  (and (heapI (oabs r)) (heapG (oabs r)))))
