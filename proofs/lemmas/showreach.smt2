; lemma: showreach
; What can be reached from what is lent is lent, or beyond the frame.
; rules: showd showw

(declare-const m M)
(declare-const l Loc)

; assume
(assert (memory heap m))

; step
(assert (and (local (own l)) (not (retired (own l)))))
(assert (shown m (oabs (own l))))
(assert (not (= (select heap l) nil)))

; goal
(assert (not
  (or (ext m (owner (select heap l))) (shown m (oabs (owner (select heap l)))))))
