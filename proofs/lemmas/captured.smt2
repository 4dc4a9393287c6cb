; lemma: captured
; A function calls what its captured variable holds. That variable is of activation h, which made the closure that it holds, and in which
; the caller is nested. The variable of root r that the callee captured, and the caller's own with that root, are one (own_captured_value).
; By `capture`, for each closure that is made in h or nested there: what it captured with a root from further out h's own closure captured
; too, and a root of h that is made once is one variable.
; rules:
; prelude: none
; source: constraints/lower_instance.c own_captured_value 83cc1a74fb77
; source: constraints/lower_target.c captured_holder 10b82c284507
; source: constraints/captured.c sp_captured_same 4f6001662a69
; source: constraints/captured.c find_code dbf740c5e789

(declare-sort F 0)
(declare-sort X 0)
(declare-sort Var 0)
(declare-fun home (X) F)
(declare-fun once (X) Bool)
(declare-const fn F)              ; h's function
(declare-fun outer (X Var) Bool)  ; h's closure captured it
(declare-fun only (X Var) Bool)   ; made in h, at a place that runs once
(declare-const r X)
(declare-const callers Var)       ; the caller's captured variable with root r
(declare-const callees Var)       ; the callee's

; assume
(assert (forall ((r X) (a Var) (b Var)) (=> (and (outer r a) (outer r b)) (= a b)))) ; needed: `capture`
(assert (forall ((r X) (a Var) (b Var)) (=> (and (only r a) (only r b)) (= a b)))) ; needed: likewise
(assert (=> (not (= (home r) fn)) (and (outer r callers) (outer r callees)))) ; needed: likewise
(assert (=> (and (= (home r) fn) (once r)) (and (only r callers) (only r callees)))) ; needed: likewise

; step
(assert (not (and (= (home r) fn) (not (once r))))) ; needed: sp_captured_same

; goal
(assert (not
  (= callers callees)))
