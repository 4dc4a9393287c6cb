; lemma: calleeholds
; What heap storage of a callee holds for a while.
; rules: holdsc holdg

(declare-const m M)
(declare-const w V)

; assume
(assert (values env m))

; step
(assert (Hold w))
(assert (not (= (select env w) nil)))

; goal
(assert (not
  (or (ext m (owner (select env w))) (heapG (oabs (owner (select env w)))))))
