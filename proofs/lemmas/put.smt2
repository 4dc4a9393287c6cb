; lemma: put
; *a = w at some moment of m; memory m before and after.
; rules: put putw outward publishp

(declare-const m M)
(declare-const a V)
(declare-const w V)

; assume
(assert (values env m))
(assert (memory heap m))
(assert (published heap m))

; step
(assert (Put m a w))
(define-fun here () Loc (loc (select env a)))
(assert (not (= (select env a) nil)))
(assert (not (code (own here))))
(assert (not (retired (own here))))
(define-fun heap1 () (Array Loc Word) (store heap here (select env w)))

; goal
(assert (not
  (and (values env m) (memory heap1 m) (published heap1 m))))
