; lemma: carried
; An earlier object r of the site that is reached where the site runs again: the site is on the heap.
; rules: carried leave

(declare-const m M)
(declare-const o O)
(declare-const q A)
(declare-const r Ref)

; assume

; step
(assert (local r))
(assert (= (oabs r) o))
(assert (Site o))
(assert (AllocAt o q m))
(assert (or (ext m r) (lreach q (oabs r))))

; goal
(assert (not
  (heapI o)))
