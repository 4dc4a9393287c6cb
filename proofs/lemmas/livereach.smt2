; lemma: livereach
; What is held by what is reached where a site runs again is reached.
; rules: liver liverw

(declare-const m M)
(declare-const o O)
(declare-const q A)
(declare-const l Loc)

; assume
(assert (memory heap m))

; step
(assert (AllocAt o q m))
(assert (and (local (own l)) (not (retired (own l)))))
(assert (lreach q (oabs (own l))))
(assert (not (= (select heap l) nil)))

; goal
(assert (not
  (or (ext m (owner (select heap l))) (lreach q (oabs (owner (select heap l)))))))
