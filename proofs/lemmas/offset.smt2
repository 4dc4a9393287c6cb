; lemma: offset
; d = v moved by p.
; rules: offset

(declare-const m M)
(declare-const d V)
(declare-const v V)
(declare-const p P)
(declare-const x Word)

; assume
(assert (values env m))

; step
(assert (Offset d v p))
(assert (=> (= (select env v) nil) (= x nil)))
(assert (=> (not (= (select env v) nil)) (displaced p (loc (select env v)) (loc x))))

; goal
(assert (not
  (values (store env d x) m)))
