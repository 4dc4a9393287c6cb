; lemma: unbox
; d = v.(k), where that succeeds.
; rules: unbox

(declare-const m M)
(declare-const d V)
(declare-const v V)
(declare-const k K)
(declare-const x Word)

; assume
(assert (values env m))

; step
(assert (Unbox d v k))
(assert (not (= (select env v) nil)))
(assert (hasType (dyn (select env v)) k))
(assert (= (loc x) (loc (select env v))))

; goal
(assert (not
  (values (store env d x) m)))
