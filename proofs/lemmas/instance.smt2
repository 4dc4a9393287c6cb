; lemma: instance
; A call whose callee has a summary: what changes is what one of its puts accounts for (here one put, of what `what` denotes to where `to`
; does), or lies beyond the frame and now holds something from there. That the summary accounts for the callee is the theorem for the
; callee; that the temporaries a and w cover its names is `nameload`.
; rules: put putw outward publishp

(declare-const n M)
(declare-const a V)
(declare-const w V)
(declare-fun to (Loc) Bool)
(declare-fun what (Word) Bool)

; assume
(assert (values env n))
(assert (memory heap n))
(assert (published heap n))
(assert (forall ((k Loc)) (=> (to k) (and (not (code (own k))) (not (retired (own k))) (exists ((c C)) (and (pt a c) (place c k) (=> (Foreign c) (ext n (own k)))))))))
(assert (forall ((x Word)) (=> (what x) (exists ((c C)) (and (pt w c) (covers n c x))))))

; step
(assert (Put n a w))
(declare-const heap1 (Array Loc Word))
(assert (forall ((l Loc)) (or (= (select heap1 l) (select heap l)) (= (select heap1 l) nil)
  (and (to l) (what (select heap1 l)))
  (and (ext n (own l)) (ext n (owner (select heap1 l)))))))

; goal
(assert (not
  (and (values env n) (memory heap1 n) (published heap1 n))))
