; lemma: world
; Code beyond the frame (other goroutines, callees of which nothing is known, callers' code) writes what it can get at wherever it
; can get at. No rule concerns it: the abstraction relation allows for it at any moment.
; rules:

(declare-const m M)

; assume
(assert (values env m))
(assert (memory heap m))
(assert (published heap m))

; step
(declare-const heap1 (Array Loc Word))
(assert (forall ((l Loc)) (or (= (select heap1 l) (select heap l))
  (and (ext m (own l)) (or (= (select heap1 l) nil) (ext m (owner (select heap1 l))))))))

; goal
(assert (not
  (and (values env m) (memory heap1 m) (published heap1 m))))
