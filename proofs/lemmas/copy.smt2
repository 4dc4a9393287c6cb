; lemma: copy
; d = v.
; rules: copy

(declare-const m M)
(declare-const d V)
(declare-const v V)

; assume
(assert (values env m))

; step
(assert (Copy d v))

; goal
(assert (not
  (values (store env d (select env v)) m)))
