; lemma: capture
; Activation b makes a closure, which captures variables of b's own, or ones that b's closure captured. A root is the alloc behind a
; captured variable, and the function that has it. What is known of the variables with one root (sp_captured_same).
; rules:
; prelude: none
; source: constraints/captured.c find_makers d27040b8d4df
; source: constraints/captured.c captured_operand 455cc2492bb0
; source: constraints/captured.c find_root 5f0eb3ad81e3
; source: constraints/captured.c lies_in_cycle d6ff6a837d20

(declare-sort F 0)   ; functions
(declare-sort X 0)   ; roots
(declare-sort Var 0) ; variables at run time
(declare-fun home (X) F)
(declare-fun once (X) Bool)      ; its alloc lies in no cycle
(declare-const fn F)             ; b's function: it alone makes closures of that code
(declare-fun mine (X Var) Bool)  ; b's closure captured the variable as one with that root
(declare-fun now (X Var) Bool)   ; the alloc of b's function holds the variable's address now
(declare-fun made (X Var) Bool)  ; ... has made it at any time in b
(declare-fun its (X Var) Bool)   ; the new closure captures it as one with that root

; assume
(assert (forall ((r X) (a Var) (b Var)) (=> (and (mine r a) (mine r b)) (= a b)))) ; needed: by induction
(assert (forall ((r X) (a Var)) (=> (mine r a) (not (= (home r) fn))))) ; needed: makers are nested
(assert (forall ((r X) (a Var) (b Var)) (=> (and (now r a) (now r b)) (= a b)))) ; needed: a register holds one address
(assert (forall ((r X) (a Var)) (=> (now r a) (made r a)))) ; needed
(assert (forall ((r X) (a Var)) (=> (now r a) (= (home r) fn)))) ; needed: find_root
(assert (forall ((r X) (a Var) (b Var)) (=> (and (once r) (made r a) (made r b)) (= a b)))) ; needed: by `again`

; step
(assert (forall ((r X) (a Var)) (=> (its r a) (or (mine r a) (now r a))))) ; needed

; goal
(assert (not
  (and
    (forall ((r X) (a Var) (b Var)) (=> (and (its r a) (its r b)) (= a b)))
    (forall ((r X) (a Var)) (=> (and (its r a) (not (= (home r) fn))) (mine r a)))
    (forall ((r X) (a Var) (b Var)) (=> (and (its r a) (= (home r) fn) (once r) (made r b)) (= a b))))))
