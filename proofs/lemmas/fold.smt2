; lemma: fold
; A residual call reaches a target that one of the calls around it has reached, and joins it: the instance of the target there accounts for
; this execution of it too. What it claims: given words that its arguments cover, what it returns is covered by its results, and what it
; does is done at its version.
; rules: copy
; source: constraints/lower_target.c fold_recursion 9303ad13269d
; source: constraints/lower_target.c same_shape 35443aa30bc2
; source: constraints/lower_instance.c residual_record c43095c8dad6

(declare-const n M)
(declare-const a V)  ; argument and result of the inner call
(declare-const d V)
(declare-const n1 M) ; of the outer one
(declare-const a1 V)
(declare-const d1 V)
(declare-fun given (Word) Bool)
(declare-fun returned (Word) Bool)
(declare-fun does (M) Bool)
(define-fun covered ((n M) (v V) (x Word)) Bool (exists ((c C)) (and (pt v c) (covers n c x))))

; assume
(define-fun claim () Bool (and (does n1) (forall ((x Word)) (=> (returned x) (covered n1 d1 x)))))
(assert (=> (forall ((x Word)) (=> (given x) (covered n1 a1 x))) claim)) ; needed: the outer instance
(assert (forall ((x Word)) (=> (given x) (covered n a x)))) ; needed: `passed`
(assert (= n n1)) ; needed: residual calls have the version of the call that they are of

; step
(assert (Copy a1 a)) ; needed
(assert (Copy d d1)) ; needed

; goal
(assert (not
  (and (does n) (forall ((x Word)) (=> (returned x) (covered n d x))))))
