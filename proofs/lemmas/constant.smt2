; lemma: constant
; The variable behind a captured one holds nil or closures of function f, since every store into it is the one that there is
; (know_captured_functions). One step of the run, which writes the variable.
; rules:
; prelude: none
; source: constraints/captured.c code_of_value 17db08eaf223
; source: constraints/captured.c code_of_variable 9edbb56257e6
; source: constraints/uses.c walk_use 766ace845946
; source: constraints/uses.c walk_uses 8c9aae480855
; source: constraints/uses.c sp_uses_stores d2b69c0c2592
; source: constraints/uses.c sp_uses_only_read 02526e759f48
; source: constraints/uses.c sp_captures_new 622a71d837c7
; source: constraints/lower.c know_captured_functions b5947a6a3f5f

(declare-sort I 0)     ; instructions
(declare-sort Value 0)
(declare-sort F 0)
(declare-const nil Value)
(declare-fun code (Value) F)
(declare-fun stores (I) Bool)   ; the stores that the walk over the address's uses found
(declare-fun reads (I) Bool)    ; the other uses: loads, and captures by closures that only read
(declare-fun writes (I) Bool)   ; writes the variable at run time
(declare-fun uses (I) Bool)     ; has its address as an operand, in its function or in closures that capture it
(declare-fun operand (I) F)     ; the function of the closure that is stored
(declare-const only I)
(declare-const f F)
(declare-const before Value)
(declare-const after Value)
(declare-const i I)

; assume
(assert (or (= before nil) (= (code before) f))) ; needed: by induction
(assert (forall ((i I)) (=> (writes i) (uses i)))) ; needed: the address goes nowhere else
(assert (forall ((i I)) (=> (uses i) (or (stores i) (reads i))))) ; needed: walk_use
(assert (forall ((i I)) (=> (reads i) (not (writes i))))) ; needed: only_read
(assert (forall ((i I)) (=> (stores i) (= i only)))) ; needed: code_of_variable
(assert (= (operand only) f)) ; needed: code_of_value

; step
(assert (ite (writes i) (= (code after) (operand i)) (= after before)))

; goal
(assert (not
  (or (= after nil) (= (code after) f))))
