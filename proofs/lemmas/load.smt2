; lemma: load
; d = *a.
; rules: load loadw phantom open opens

(declare-const m M)
(declare-const d V)
(declare-const a V)

; assume
(assert (values env m))
(assert (memory heap m))
(assert (closed heap m)) ; needed: by `reach`
(assert (named heap m))

; step
(assert (Load m d a))
(define-fun here () Loc (loc (select env a)))
(assert (not (= (select env a) nil)))
(assert (not (code (own here))))

; goal
(assert (not
  (values (store env d (select heap here)) m)))
