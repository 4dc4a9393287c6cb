; lemma: store
; *a = w turns memory m into n. blur and blurs concern this step too, but it is sound without them: what other code may write
; back is covered by `open` and `opens` where it is loaded.
; rules: store storew other keep outward publish persists shows
; spare: blur blurs

(declare-const m M)
(declare-const n M)
(declare-const a V)
(declare-const w V)

; assume
(assert (values env m))
(assert (memory heap m))
(assert (published heap m))

; step
(assert (Store n m a w))
(define-fun here () Loc (loc (select env a)))
(assert (not (= (select env a) nil)))
(assert (not (code (own here))))
(assert (not (retired (own here))))
(define-fun heap1 () (Array Loc Word) (store heap here (select env w)))

; goal
(assert (not
  (and (values env n) (memory heap1 n) (published heap1 n))))
