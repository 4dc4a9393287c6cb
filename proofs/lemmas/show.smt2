; lemma: show
; What w points to is lent to a callee that keeps nothing.
; rules: show

(declare-const m M)
(declare-const w V)

; assume
(assert (values env m))

; step
(assert (Show m w))
(assert (not (= (select env w) nil)))

; goal
(assert (not
  (or (ext m (owner (select env w))) (shown m (oabs (owner (select env w)))))))
