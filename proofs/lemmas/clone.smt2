; lemma: clone
; Two objects x and y that calls handed back, which one clone stands for: where it is strong, they are one.
; rules:
; prelude: none
; source: constraints/lower_instance.c clone_object 8c6807b50678
; source: constraints/lower_instance.c is_merged ca48824c661f
; source: constraints/lower_instance.c residual_record c43095c8dad6
; source: constraints/lower_call.c run_deferred 05ff111bc575
; source: constraints/summarise.c describe 23a1680c635b
; source: constraints/summarise.c name_merged 7b39f1be9807
; source: constraints/cells.c sp_universe_object 4794feb6af9c
; source: constraints/cells.c single_location 8165bd4de7e2

(declare-sort Ref 0)
(declare-sort O 0)
(declare-sort S 0)    ; calls: instructions, and residual calls of their summaries
(declare-sort Run 0)  ; executions of calls in one activation
(declare-sort N 0)    ; fresh objects of summaries: the callee, and the number there
(declare-fun run (Ref) Run)
(declare-fun call (Run) S)
(declare-fun number (Ref) N)
(declare-fun oabs (Ref) O)
(declare-fun several (N) Bool) ; `multi` in the summary
(declare-fun data (N) Bool)    ; its type holds no pointers
(declare-fun repeats (S) Bool)
(declare-fun apart (S N) Bool) ; neither of a recursive call nor beyond the budget
(declare-fun clone (S N) O)
(declare-fun shared (N) O)     ; SP_REC, SP_MANY
(declare-fun multi (O) Bool)
(declare-fun strong (O) Bool)  ; some cell of it is
(declare-const x Ref)
(declare-const y Ref)

; assume
(assert (forall ((a Run) (b Run)) (=> (and (= (call a) (call b)) (not (repeats (call a)))) (= a b)))) ; needed: by `again`
(assert (forall ((x Ref) (y Ref)) (=> (and (= (run x) (run y)) (= (number x) (number y)) (not (several (number x)))) (= x y)))) ; needed: the summary's claim
(assert (forall ((x Ref)) (= (oabs x) (ite (apart (call (run x)) (number x)) (clone (call (run x)) (number x)) (shared (number x))))))
(assert (forall ((s S) (n N) (t S) (k N)) (=> (= (clone s n) (clone t k)) (and (= s t) (= n k))))) ; needed: one name for each
(assert (forall ((s S) (n N)) (=> (or (several n) (repeats s)) (multi (clone s n))))) ; needed
(assert (forall ((n N)) (or (multi (shared n)) (data n)))) ; needed
(assert (forall ((o O)) (=> (strong o) (not (multi o))))) ; needed: replaceable
(assert (forall ((n N)) (=> (data n) (not (strong (shared n)))))) ; needed: single_location finds no leaf

; step
(assert (= (oabs x) (oabs y)))
(assert (strong (oabs x)))

; goal
(assert (not
  (= x y)))
