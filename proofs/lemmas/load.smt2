; lemma: load
; d = *a, where cell c covers the address in a (`values`). The other registers stay as they are.
; rules: load loadw phantom open opens

(declare-const m M)
(declare-const d V)
(declare-const a V)

; assume
(declare-const c C)
(assert (and (pt a c) (covers m c (select env a))))
(assert (memory heap m))
(assert (closed heap m)) ; needed: by `reach`
(assert (named heap m))

; step
(assert (Load m d a))
(define-fun here () Loc (loc (select env a)))
(assert (not (= (select env a) nil)))
(assert (not (code (own here))))
(assert (not (retired (own here))))

; goal
(assert (not
  (valuesAt (store env d (select heap here)) m d)))
