; lemma: reach
; What can be reached from what is beyond the frame is beyond the frame.
; rules: deep deepw

(declare-const m M)
(declare-const l Loc)

; assume
(assert (memory heap m))
(assert (published heap m))

; step
(assert (ext m (own l)))
(assert (not (= (select heap l) nil)))

; goal
(assert (not
  (ext m (owner (select heap l)))))
