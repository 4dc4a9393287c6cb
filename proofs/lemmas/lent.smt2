; lemma: lent
; The callee that keeps nothing writes what it was lent: objects of its own or from beyond the frame (constraints/settle.c).
; rules:

(declare-const m M)

; assume
(assert (values env m))
(assert (memory heap m))
(assert (published heap m))

; step
(declare-const heap1 (Array Loc Word))
(assert (forall ((l Loc)) (or (= (select heap1 l) (select heap l))
  (and (or (ext m (own l)) (shown m (oabs (own l)))) (or (= (select heap1 l) nil) (ext m (owner (select heap1 l))))))))

; goal
(assert (not
  (and (values env m) (memory heap1 m) (published heap1 m))))
