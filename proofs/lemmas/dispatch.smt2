; lemma: dispatch
; Call s calls v.
; rules: dispatch

(declare-const m M)
(declare-const s S)
(declare-const v V)

; assume
(assert (values env m))

; step
(assert (Dynamic s v))
(assert (not (= (select env v) nil)))

; goal
(assert (not
  (exists ((c C)) (and (target s c) (covers m c (select env v))))))
