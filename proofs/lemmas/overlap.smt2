; lemma: overlap
; At: two cells of a local object that both have a word are related (offsets_overlap).
; rules:
; cvc5: unknown
; prelude: none
; source: constraints/cells.c in_range 7b8f80078de8
; source: constraints/cells.c offsets_overlap c6ef1444af09
; source: constraints/cells.h sp_range fecae8a413d2
; source: constraints/cells.h sp_range_of c2cde09e17d5

; An offset as constraints/cells.c has it: (kind, first, stride, count), kind 0 exact (first), 1 a range, 2 SP_TOP or, in
; whole programs, SP_RAW. Offsets are those of the folded
; layout: all elements of a large array lie at the first one's (constraints/types.h).
(define-fun member ((k Int) (f Int) (s Int) (c Int) (x Int)) Bool
  (ite (= k 2) true (ite (= k 0) (= x f)
    (or (and (< 0 c) (= x (+ f (* 0 s)))) (and (< 1 c) (= x (+ f (* 1 s)))) (and (< 2 c) (= x (+ f (* 2 s)))) (and (< 3 c) (= x (+ f (* 3 s)))) (and (< 4 c) (= x (+ f (* 4 s)))) (and (< 5 c) (= x (+ f (* 5 s)))) (and (< 6 c) (= x (+ f (* 6 s)))) (and (< 7 c) (= x (+ f (* 7 s)))) (and (< 8 c) (= x (+ f (* 8 s)))) (and (< 9 c) (= x (+ f (* 9 s)))) (and (< 10 c) (= x (+ f (* 10 s)))) (and (< 11 c) (= x (+ f (* 11 s)))) (and (< 12 c) (= x (+ f (* 12 s)))) (and (< 13 c) (= x (+ f (* 13 s)))) (and (< 14 c) (= x (+ f (* 14 s))))))))
(define-fun wellformed ((k Int) (f Int) (s Int) (c Int)) Bool
  (and (<= 0 k 2) (<= 0 f) (=> (= k 1) (and (< 0 s) (< 1 c 15)))))

(declare-const k1 Int)
(declare-const f1 Int)
(declare-const s1 Int)
(declare-const c1 Int)
(declare-const k2 Int)
(declare-const f2 Int)
(declare-const s2 Int)
(declare-const c2 Int)
(declare-const x Int)
(define-fun inRange ((f Int) (s Int) (c Int) (x Int)) Bool
  (and (>= x f) (= (mod (- x f) s) 0) (< (div (- x f) s) c)))
; Of two ranges offsets_overlap asks in_range of each place of the first; the cases of an exact offset show that in_range has the members.
(define-fun overlap () Bool
  (or (= k1 2) (= k2 2) ; SP_TOP
    (and (= k1 k2) (= f1 f2) (=> (= k1 1) (and (= s1 s2) (= c1 c2)))) ; needed
    (and (= k1 0) (= k2 1) (inRange f2 s2 c2 f1)) ; needed
    (and (= k1 1) (= k2 0) (inRange f1 s1 c1 f2)) ; needed
    (and (= k1 1) (= k2 1) (or (and (< 0 c1) (member 1 f2 s2 c2 (+ f1 (* 0 s1)))) (and (< 1 c1) (member 1 f2 s2 c2 (+ f1 (* 1 s1)))) (and (< 2 c1) (member 1 f2 s2 c2 (+ f1 (* 2 s1)))) (and (< 3 c1) (member 1 f2 s2 c2 (+ f1 (* 3 s1)))) (and (< 4 c1) (member 1 f2 s2 c2 (+ f1 (* 4 s1)))) (and (< 5 c1) (member 1 f2 s2 c2 (+ f1 (* 5 s1)))) (and (< 6 c1) (member 1 f2 s2 c2 (+ f1 (* 6 s1)))) (and (< 7 c1) (member 1 f2 s2 c2 (+ f1 (* 7 s1)))) (and (< 8 c1) (member 1 f2 s2 c2 (+ f1 (* 8 s1)))) (and (< 9 c1) (member 1 f2 s2 c2 (+ f1 (* 9 s1)))) (and (< 10 c1) (member 1 f2 s2 c2 (+ f1 (* 10 s1)))) (and (< 11 c1) (member 1 f2 s2 c2 (+ f1 (* 11 s1)))) (and (< 12 c1) (member 1 f2 s2 c2 (+ f1 (* 12 s1)))) (and (< 13 c1) (member 1 f2 s2 c2 (+ f1 (* 13 s1)))))) ; needed
  ))

; assume
(assert (wellformed k1 f1 s1 c1))
(assert (wellformed k2 f2 s2 c2))

; step
(assert (member k1 f1 s1 c1 x))
(assert (member k2 f2 s2 c2 x))

; goal
(assert (not overlap))
