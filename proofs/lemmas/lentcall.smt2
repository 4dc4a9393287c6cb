; lemma: lentcall
; The same where all callers are known and every target keeps nothing: w's target is only lent. What the target stores and returns is of
; its own or from beyond the frame (constraints/settle.c).
; rules: show addr

(declare-const n M)
(declare-const d V)
(declare-const w V)
(declare-const k C)
(declare-const x Word)

; assume
(assert (values env n))
(assert (memory heap n))
(assert (published heap n))
(assert (Foreign k))

; step
(assert (and (Show n w) (Addr d k)))
(declare-const heap1 (Array Loc Word))
(assert (forall ((l Loc)) (or (= (select heap1 l) (select heap l))
  (and (or (ext n (own l)) (and (not (= (select env w) nil)) (= (own l) (owner (select env w)))))
    (or (= (select heap1 l) nil) (ext n (owner (select heap1 l))))))))
(assert (or (= x nil) (and (ext n (owner x)) (den k x))))

; goal
(assert (not
  (and (values (store env d x) n) (memory heap1 n) (published heap1 n))))
