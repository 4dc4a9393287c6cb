; lemma: join
; Control flows from m to n.
; rules: join persist showj

(declare-const m M)
(declare-const n M)

; assume
(assert (values env m))
(assert (memory heap m))
(assert (published heap m))

; step
(assert (Join n m))

; goal
(assert (not
  (and (values env n) (memory heap n) (published heap n))))
