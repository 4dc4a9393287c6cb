; lemma: later
; LiveAt: a register v that the run uses later with what it holds now is in the sets, one step of the run backwards. By induction over what
; is left of the run: `then` says that v is used from the next moment on, `recovered` that the recover block uses it after a panic.
; rules:
; prelude: none
; source: constraints/lower_live.c use_operands b962d498d3a4
; source: constraints/lower_live.c step_back 33960338b416
; source: constraints/lower_live.c use_phis 9e5d47761fa3
; source: constraints/lower_live.c update_block 4bec383b0339
; source: constraints/lower_live.c solve 47329f8b33e2
; source: constraints/lower_live.c emit_live 1b42bbf33505
; source: constraints/lower_live.c emit_point dc6c6ab0778a
; source: constraints/lower_live.c find_waiting ef65c5f4bc2b
; source: constraints/lower_live.c find_recovered d05a973d8dcd
; source: constraints/lower_live.c everything_live 58366056a673
; source: constraints/lower_live.c sp_lower_liveness 49f1cac36243
; source: frontend/cfg.c search c12c2c887b71

(declare-sort I 0) ; instructions
(declare-sort V 0) ; registers
(declare-fun uses (I V) Bool)    ; as an operand, but a phi's
(declare-fun makes (I V) Bool)
(declare-fun picks (I I V) Bool) ; on the way from one to the other, a phi takes it
(declare-fun next (I I) Bool)
(declare-fun waits (V) Bool)     ; a deferred call waits with it
(declare-fun in (I V) Bool)      ; the sets, before and after each instruction
(declare-fun out (I V) Bool)
(declare-fun always (V) Bool)
(declare-fun LiveAt (I V) Bool)
(declare-fun then (V) Bool)
(declare-fun recovered (V) Bool)
(declare-const i I)
(declare-const j I)
(declare-const recover I)
(declare-const v V)
(define-fun live ((i I) (v V)) Bool (or (in i v) (always v)))

; assume
(assert (forall ((v V)) (=> (then v) (live j v))))             ; needed: by induction
(assert (forall ((v V)) (=> (recovered v) (live recover v))))  ; needed: likewise
(assert (forall ((i I) (v V)) (=> (uses i v) (in i v))))                            ; needed: step_back
(assert (forall ((i I) (v V)) (=> (and (out i v) (not (makes i v))) (in i v))))     ; needed
(assert (forall ((i I) (j I) (v V)) (=> (and (next i j) (in j v)) (out i v))))      ; needed: update_block
(assert (forall ((i I) (j I) (v V)) (=> (and (next i j) (picks i j v)) (out i v)))) ; needed: use_phis
(assert (forall ((v V)) (=> (waits v) (always v))))                                 ; needed: find_waiting
(assert (forall ((v V)) (=> (in recover v) (always v))))                            ; needed: find_recovered
(assert (forall ((v V)) (=> (live i v) (LiveAt i v))))                              ; needed: emit_point

; step
(assert (next i j))
(assert (or (uses i v)
  (and (not (makes i v)) (or (picks i j v) (then v)))
  (waits v) (recovered v)))

; goal
(assert (not
  (and (live i v) (LiveAt i v))))
