; lemma: displace
; Sub: what a displacement y, one of those that p stands for, makes of a word x of a cell a lies in the cell that add_offsets gives.
; Assumed where a pointer to elements of an array is moved: it stays within that array, as Go's index checks see to.
; rules:
; prelude: none
; source: constraints/cells.c add_to_range 05d0826c1a0c
; source: constraints/cells.c add_ranges 4a209c1fe88b
; source: constraints/cells.c add_offsets 574d1430b012
; source: constraints/cells.h sp_range fecae8a413d2
; source: constraints/cells.h sp_range_of c2cde09e17d5

; An offset as constraints/cells.c has it: (kind, first, stride, count), kind 0 exact (first), 1 a range, 2 SP_TOP. Offsets are those of the folded
; layout: all elements of a large array lie at the first one's (constraints/types.h).
(define-fun member ((k Int) (f Int) (s Int) (c Int) (x Int)) Bool
  (ite (= k 2) true (ite (= k 0) (= x f)
    (or (and (< 0 c) (= x (+ f (* 0 s)))) (and (< 1 c) (= x (+ f (* 1 s)))) (and (< 2 c) (= x (+ f (* 2 s)))) (and (< 3 c) (= x (+ f (* 3 s)))) (and (< 4 c) (= x (+ f (* 4 s)))) (and (< 5 c) (= x (+ f (* 5 s)))) (and (< 6 c) (= x (+ f (* 6 s)))) (and (< 7 c) (= x (+ f (* 7 s)))) (and (< 8 c) (= x (+ f (* 8 s)))) (and (< 9 c) (= x (+ f (* 9 s)))) (and (< 10 c) (= x (+ f (* 10 s)))) (and (< 11 c) (= x (+ f (* 11 s)))) (and (< 12 c) (= x (+ f (* 12 s)))) (and (< 13 c) (= x (+ f (* 13 s)))) (and (< 14 c) (= x (+ f (* 14 s))))))))
(define-fun wellformed ((k Int) (f Int) (s Int) (c Int)) Bool
  (and (<= 0 k 2) (<= 0 f) (=> (= k 1) (and (< 0 s) (< 1 c 15)))))

(declare-const ka Int)
(declare-const fa Int)
(declare-const sa Int)
(declare-const ca Int)
(declare-const kp Int)
(declare-const pf Int)
(declare-const ps Int)
(declare-const pc Int)
(declare-const x Int)
(declare-const y Int)
(declare-const q Int)      ; p = q strides and a rest
(declare-const rest Int)
(declare-const i Int)      ; the element that x is in, and how many y goes on
(declare-const j Int)
(declare-const kr Int)     ; the result
(declare-const fr Int)
(declare-const sr Int)
(declare-const cr Int)
(declare-const fits Bool)  ; sp_range can write the result down; otherwise it is SP_TOP
(define-fun range ((f Int) (s Int) (c Int)) Bool
  (ite (and fits (< 1 c 15)) (and (= kr 1) (= fr f) (= sr s) (= cr c)) (= kr 2)))
(define-fun product ((s Int) (n Int)) Int ; s * n for 0 <= n < 15, without a product of two unknowns
  (ite (= n 0) (* 0 s) (ite (= n 1) (* 1 s) (ite (= n 2) (* 2 s) (ite (= n 3) (* 3 s) (ite (= n 4) (* 4 s) (ite (= n 5) (* 5 s) (ite (= n 6) (* 6 s) (ite (= n 7) (* 7 s) (ite (= n 8) (* 8 s) (ite (= n 9) (* 9 s) (ite (= n 10) (* 10 s) (ite (= n 11) (* 11 s) (ite (= n 12) (* 12 s) (ite (= n 13) (* 13 s) (* 14 s))))))))))))))))
(define-fun sum () Bool
  (ite (or (= ka 2) (= kp 2)) (= kr 2)
  (ite (and (= ka 1) (= kp 1))
    (ite (and (= (product ps pc) sa) (< pf ps)) (range (+ fa pf) ps (product ca pc))
    (ite (and (= ps sa) (< pf sa)) (range (+ fa pf) sa ca) (= kr 2)))
  (ite (= ka 1) (range (+ fa rest) sa ca)
  (ite (= kp 1) (range (+ fa pf) ps pc)
    (or (and (= kr 0) (= fr (+ fa pf))) (= kr 2)))))))

; assume
(assert (wellformed ka fa sa ca))
(assert (wellformed kp pf ps pc))
(assert (=> (and (= ka 1) (= kp 0)) (and (= pf (+ (product sa q) rest)) (<= 0 rest) (< rest sa) (<= 0 q 14))))
(assert (=> (= ka 1) (and (<= 0 i) (< i ca) (= x (+ fa (product sa i))))))
(assert (=> (= kp 1) (and (<= 0 j) (< j pc) (= y (+ pf (product ps j))))))
(assert (=> (and (= ka 1) (= kp 0)) (< (+ i q) ca)))                      ; needed: within the array
(assert (=> (and (= ka 1) (= kp 1) (= ps sa)) (< (+ i j) ca)))            ; needed: likewise

; step
(assert (member ka fa sa ca x))
(assert (member kp pf ps pc y))
(assert sum)

; goal
(assert (not (member kr fr sr cr (+ x y))))
