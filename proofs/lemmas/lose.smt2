; lemma: lose
; What becomes known everywhere is lost.
; rules: lose

(declare-const m M)
(declare-const w V)

; assume
(assert (values env m))
(declare-fun R (Ref) Bool) ; what the callers, from the summary, take to be known beyond them
(assert (forall ((c C) (l Loc)) (=> (and (place c l) (lost (obj c))) (R (own l))))) ; they leak what the summary says is lost

; step
(assert (Leak m w))
(assert (not (= (select env w) nil)))

; goal
(assert (not
  (R (owner (select env w)))))
