; lemma: live
; What a register that is used later points to, where a site runs again, is reached.
; rules: live

(declare-const m M)
(declare-const o O)
(declare-const q A)
(declare-const v V)

; assume
(assert (values env m))

; step
(assert (AllocAt o q m))
(assert (LiveAt q v))
(assert (not (= (select env v) nil)))

; goal
(assert (not
  (or (ext m (owner (select env v))) (lreach q (oabs (owner (select env v)))))))
