; lemma: residualcall
; d = a call whose target only a caller can know, with argument w: the target may keep, write and return what it can get at. Cell k, a
; foreign one, is the name of what it returns.
; rules: give addr

(declare-const n M)
(declare-const d V)
(declare-const w V)
(declare-const k C)
(declare-const x Word)
(define-fun got ((r Ref)) Bool (or (ext n r) (and (not (= (select env w) nil)) (= r (owner (select env w))))))

; assume
(assert (values env n))
(assert (memory heap n))
(assert (published heap n))
(assert (Foreign k))

; step
(assert (and (Give n w) (Addr d k)))
(declare-const heap1 (Array Loc Word))
(assert (forall ((l Loc)) (or (= (select heap1 l) (select heap l))
  (and (got (own l)) (or (= (select heap1 l) nil) (got (owner (select heap1 l))))))))
(assert (or (= x nil) (and (got (owner x)) (den k x))))

; goal
(assert (not
  (and (values (store env d x) n) (memory heap1 n) (published heap1 n))))
