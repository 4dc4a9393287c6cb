; lemma: losereach
; What a lost object of the frame holds while it is out is lost, unless other code put it there.
; rules: losed losew

(declare-const m M)
(declare-const l Loc)

; assume
(assert (or
  (exists ((b C) (t C)) (and (place b l) (= (base b) b) (Strong b) (mem m b t) (covers m t (select heap l))))
  (exists ((b C) (t C)) (and (place b l) (= (base b) b) (Weak b) (weak b t) (covers m t (select heap l)))))) ; this code put it there
(declare-fun R (Ref) Bool) ; what the callers, from the summary, take to be known beyond them
(assert (forall ((c C) (l Loc)) (=> (and (place c l) (lost (obj c))) (R (own l))))) ; they leak what the summary says is lost

; step
(assert (local (own l)))
(assert (lost (oabs (own l))))
(assert (out m (oabs (own l))))
(assert (not (= (select heap l) nil)))

; goal
(assert (not
  (R (owner (select heap l)))))
