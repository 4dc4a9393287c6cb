; lemma: expanded
; Call s of v is marked with a set, in a run that decides verdicts alone: what is called is one of the set (`flow`), or a function or method
; of the frame's own, which its cell tells. Those that foreign cells stand for have captured variables and receivers beyond the frame, and
; Unknown stands for them: for such a run Unknown may stand for all that is beyond the frame.
; rules: dispatch addr
; source: constraints/lower_target.c can_expand 337b62f19fed
; source: constraints/lower_target.c expand_call a7902d809410
; source: constraints/lower_target.c foreign_target 8055a9f27a1a
; source: constraints/lower_target.c same_shape 35443aa30bc2
; source: constraints/callees.c callees_of_call 785d1cd5919b
; source: constraints/callees.c number_set 1d2802c3d145
; source: constraints/callees.c collect dca56ddfaa8f
; source: constraints/callees.c sp_callees_function 0e879402d216

(declare-sort F 0)
(declare-const m M)
(declare-const s S)
(declare-const v V)
(declare-const u V)             ; SP_UNKNOWN_VALUE
(declare-const k C)             ; its cell
(declare-fun called (Word) F)   ; what calling it runs
(declare-fun member (F) Bool)   ; of the set
(declare-fun bound (F V) Bool)  ; instantiated, with what is captured or received behind the value
(declare-const x Word)
(declare-const ours Bool)        ; a target that a local cell or a function's stands for: `invoke`

; assume
(assert (values env m))
(assert (= x (select env v)))
(assert (member (called x))) ; needed: by `flow`, and of what is open in a closed world, by reached.c (assumed: A9)
(assert (forall ((x Word)) (=> (ext m (owner x)) (den k x)))) ; needed: see above
(assert (Foreign k))
(assert (forall ((c C)) (=> (and (target s c) (not (Foreign c)) (den c x)) ours))) ; needed

; step
(assert (Dynamic s v))
(assert (Addr u k))
(assert (not (= x nil)))
(assert (=> (exists ((c C)) (and (target s c) (Foreign c))) (forall ((f F)) (=> (member f) (bound f u))))) ; needed: expand_call

; goal
(assert (not
  (or ours (and (bound (called x) u) (exists ((c C)) (and (pt u c) (covers m c x)))))))
