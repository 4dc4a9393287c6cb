; lemma: leak
; What w points to becomes known to code of which nothing is known.
; rules: leak

(declare-const m M)
(declare-const w V)

; assume
(assert (values env m))

; step
(assert (Leak m w))
(assert (not (= (select env w) nil)))

; goal
(assert (not
  (ext m (owner (select env w)))))
