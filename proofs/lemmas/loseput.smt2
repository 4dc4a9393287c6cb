; lemma: loseput
; What is stored, through a foreign cell, into memory that the callers take to be known everywhere is known there: the summary says so,
; or else it has the store itself, and the callers find the two names to be one.
; rules: hot losep

(declare-const m M)
(declare-const a V)
(declare-const w V)
(declare-const c C)

; assume
(assert (values env m))
(declare-fun R (Ref) Bool) ; what the callers, from the summary, take to be known beyond them
(assert (forall ((c C) (l Loc)) (=> (and (place c l) (lost (obj c))) (R (own l))))) ; they leak what the summary says is lost
(define-fun here () Loc (loc (select env a)))
(assert (forall ((c C) (t C)) (=> (and (pt a c) (Foreign c) (not (lost (obj c))) (place c here) (pt w t) (den t (select env w)) (R (own here)))
  (R (owner (select env w)))))) ; the callers apply the summary's stores

; step
(assert (Put m a w))
(assert (not (= (select env a) nil)))
(assert (not (= (select env w) nil)))
(assert (and (pt a c) (Foreign c) (covers m c (select env a))))
(assert (R (own here)))

; goal
(assert (not
  (R (owner (select env w)))))
