; lemma: box
; d = an interface that holds v as a k; where k is ANY, the interface that v is already.
; rules: box

(declare-const m M)
(declare-const d V)
(declare-const v V)
(declare-const k K)
(declare-const x Word)

; assume
(assert (values env m))

; step
(assert (Box d v k))
(assert (=> (= (select env v) nil) (= x nil)))
(assert (= (loc x) (loc (select env v))))
(assert (ite (= k ANY) (= (dyn x) (dyn (select env v))) (hasType (dyn x) k)))

; goal
(assert (not
  (values (store env d x) m)))
