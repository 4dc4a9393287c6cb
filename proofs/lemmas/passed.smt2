; lemma: passed
; A callee makes a residual call s: each word that it passes as an argument, and what it calls, is denoted by a reference of its summary
; (`named`), which a temporary of the caller covers (`nameload`).
; rules: copy dispatch
; source: constraints/lower_instance.c residual_arguments 8167d2baa35a
; source: constraints/lower_instance.c residual_record c43095c8dad6

(declare-const n M)
(declare-const s S)
(declare-const a V) ; the caller's temporary for the argument
(declare-const v V) ; and for what is called
(declare-fun passes (Word) Bool)
(declare-fun calls (Word) Bool)
(declare-fun argument (V) Bool) ; temporaries for references
(declare-fun callee (V) Bool)
(define-fun covered ((v V) (x Word)) Bool (exists ((c C)) (and (pt v c) (covers n c x))))

; assume
(assert (forall ((x Word)) (=> (passes x) (exists ((t V)) (and (argument t) (covered t x)))))) ; needed: the summary's claim
(assert (forall ((x Word)) (=> (calls x) (exists ((t V)) (and (callee t) (covered t x)))))) ; needed: likewise

; step
(assert (forall ((t V)) (=> (argument t) (Copy a t)))) ; needed
(assert (forall ((t V)) (=> (callee t) (Copy v t)))) ; needed
(assert (Dynamic s v)) ; needed

; goal
(assert (not
  (forall ((x Word)) (and
    (=> (passes x) (covered a x))
    (=> (calls x) (exists ((c C)) (and (target s c) (covers n c x))))))))
