; lemma: echo
; A concatenation o that is operand v itself: while o is reached, the operand's storage r is. Induction over nested concatenations:
; `stands` says that r is what a cell of the object really denotes.
; rules: livere

(declare-const m M)
(declare-const o O)
(declare-const q A)
(declare-const v V)
(declare-const t C)
(declare-const r Ref)

; assume
(declare-fun stands (Ref O) Bool)
(assert (=> (and (lreach q (obj t)) (stands r (obj t))) (or (ext m r) (lreach q (oabs r))))) ; of the operand, by induction

; step
(assert (Echo o v))
(assert (pt v t))
(assert (Local (obj t)))
(assert (stands r (obj t)))
(assert (lreach q o))

; goal
(assert (not
  (or (ext m r) (lreach q (oabs r)))))
