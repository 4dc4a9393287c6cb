; lemma: fresh
; A site in a cycle makes object `new`, and nobody uses the earlier ones any more: memory m becomes n. What others hold stays.
; rules: anew persistf showf

(declare-const m M)
(declare-const n M)
(declare-const o O)
(declare-const new Ref)

; assume
(assert (values env m))
(assert (memory heap m))
(assert (published heap m))
(assert (and (local new) (= (oabs new) o)))
(assert (forall ((l Loc)) (=> (= (own l) new) (= (select heap l) nil)))) ; needed: storage is zero at first

; step
(assert (Fresh n m o))
(define-fun retired1 ((r Ref)) Bool (or (retired r) (and (local r) (= (oabs r) o) (not (= r new)))))

; goal
(assert (not
  (and (values env n) (published heap n) (forall ((l Loc)) (or (retired1 (own l)) (memoryAt heap n l))))))
