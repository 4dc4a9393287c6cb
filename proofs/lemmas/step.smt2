; lemma: step
; Sub: what a step of j elements makes of a slice that points to a word x of a cell a lies in the cell that take_step gives.
; Assumed of slices that are told to start somewhere (sp_slice): they do; sp_lower_element and lower_step see to that. Of all: Go's index
; checks keep the step within the array.
; rules:
; prelude: none
; source: constraints/cells.c take_step 6e9fe14e142d
; source: constraints/cells.c forget_start 94f604d1e847
; source: constraints/cells.h sp_slice ec0da346a7c0
; source: constraints/cells.h sp_step e9b453439c04
; source: constraints/cells.h sp_range_of c2cde09e17d5
; source: constraints/lower_memory.c keeps_start 542a2ade9701
; source: constraints/lower_memory.c lower_step 29d3613f920b
; source: constraints/lower_memory.c sp_lower_element 9278928a0178

; An offset as in displace.smt2, and of kind 3: a range as what a slice points to that starts at the first of it. Of foreign memory the step
; is a name, which says nothing before a caller resolves it by these same functions.
(define-fun member ((k Int) (f Int) (s Int) (c Int) (x Int)) Bool
  (ite (= k 2) true (ite (= k 0) (= x f)
    (or (and (< 0 c) (= x (+ f (* 0 s)))) (and (< 1 c) (= x (+ f (* 1 s)))) (and (< 2 c) (= x (+ f (* 2 s)))) (and (< 3 c) (= x (+ f (* 3 s)))) (and (< 4 c) (= x (+ f (* 4 s)))) (and (< 5 c) (= x (+ f (* 5 s)))) (and (< 6 c) (= x (+ f (* 6 s)))) (and (< 7 c) (= x (+ f (* 7 s)))) (and (< 8 c) (= x (+ f (* 8 s)))) (and (< 9 c) (= x (+ f (* 9 s)))) (and (< 10 c) (= x (+ f (* 10 s)))) (and (< 11 c) (= x (+ f (* 11 s)))) (and (< 12 c) (= x (+ f (* 12 s)))) (and (< 13 c) (= x (+ f (* 13 s)))) (and (< 14 c) (= x (+ f (* 14 s))))))))
(define-fun wellformed ((k Int) (f Int) (s Int) (c Int)) Bool
  (and (<= 0 k 3) (<= 0 f) (=> (or (= k 1) (= k 3)) (and (< 0 s) (< 1 c 15)))))
(define-fun kindOf ((k Int)) Int (ite (= k 3) 1 k))

(declare-const ka Int)
(declare-const fa Int)
(declare-const sa Int)
(declare-const ca Int)
(declare-const loose Bool) ; SP_LOOSE: the step is not told
(declare-const ps Int)     ; its stride and index
(declare-const index Int)
(declare-const x Int)
(declare-const y Int)
(declare-const i Int)      ; the element that x is in, and how many y goes on
(declare-const j Int)
(declare-const kr Int)     ; the result
(declare-const fr Int)
(declare-const sr Int)
(declare-const cr Int)
(define-fun product ((s Int) (n Int)) Int ; s * n for 0 <= n < 15, without a product of two unknowns
  (ite (= n 0) (* 0 s) (ite (= n 1) (* 1 s) (ite (= n 2) (* 2 s) (ite (= n 3) (* 3 s) (ite (= n 4) (* 4 s) (ite (= n 5) (* 5 s) (ite (= n 6) (* 6 s) (ite (= n 7) (* 7 s) (ite (= n 8) (* 8 s) (ite (= n 9) (* 9 s) (ite (= n 10) (* 10 s) (ite (= n 11) (* 11 s) (ite (= n 12) (* 12 s) (ite (= n 13) (* 13 s) (* 14 s))))))))))))))))
(define-fun taken () Bool
  (ite (not (= ka 3)) (and (= kr ka) (= fr fa) (= sr sa) (= cr ca))
  (ite (and (not loose) (= ps sa) (< index ca)) (and (= kr 0) (= fr (+ fa (product sa index))))
    (and (= kr 1) (= fr fa) (= sr sa) (= cr ca)))))

; assume
(assert (wellformed ka fa sa ca))
(assert (and (<= 0 j) (<= 0 index 15)))
(assert (=> (not loose) (= index j)))
(assert (=> (= ka 0) (= y x)))                                            ; folded: all elements are the first
(assert (=> (or (= ka 1) (= ka 3)) (and (<= 0 i) (< (+ i j) ca) (= x (+ fa (product sa i))) (= y (+ fa (product sa (+ i j)))))))
(assert (=> (= ka 3) (= i 0)))                                            ; needed: the slice starts there

; step
(assert (member (kindOf ka) fa sa ca x))
(assert taken)

; goal
(assert (not (member (kindOf kr) fr sr cr y)))
