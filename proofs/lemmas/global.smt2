; lemma: global
; What is known everywhere from the start is lost.
; rules: global

(declare-const c C)
(declare-const l Loc)

; assume
(declare-fun R (Ref) Bool) ; what the callers, from the summary, take to be known beyond them
(assert (forall ((c C) (l Loc)) (=> (and (place c l) (lost (obj c))) (R (own l))))) ; they leak what the summary says is lost

; step
(assert (Global (obj c)))
(assert (place c l))

; goal
(assert (not
  (R (own l))))
