; lemma: give
; What w points to is returned, or handed to code that only the callers know.
; rules: give

(declare-const m M)
(declare-const w V)

; assume
(assert (values env m))

; step
(assert (Give m w))
(assert (not (= (select env w) nil)))

; goal
(assert (not
  (ext m (owner (select env w)))))
