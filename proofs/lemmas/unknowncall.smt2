; lemma: unknowncall
; d = a call of a function of which nothing is known, with argument w: it may keep, write and return all that it can get at. u is the
; value that points to Unknown, whose cell k is a name of all that is known everywhere. By `reach`, what it can get at from w is
; beyond the frame as soon as w's target is.
; rules: leak addr copy

(declare-const n M)
(declare-const d V)
(declare-const w V)
(declare-const u V)
(declare-const k C)
(declare-const x Word)
(define-fun got ((r Ref)) Bool (or (ext n r) (and (not (= (select env w) nil)) (= r (owner (select env w))))))

; assume
(assert (values env n))
(assert (memory heap n))
(assert (published heap n))
(assert (Foreign k))

; step
(assert (and (Leak n w) (Addr u k) (Copy d u)))
(declare-const heap1 (Array Loc Word))
(assert (forall ((l Loc)) (or (= (select heap1 l) (select heap l))
  (and (got (own l)) (or (= (select heap1 l) nil) (got (owner (select heap1 l))))))))
(assert (or (= x nil) (and (got (owner x)) (den k x))))

; goal
(assert (not
  (and (values (store env d x) n) (memory heap1 n) (published heap1 n))))
