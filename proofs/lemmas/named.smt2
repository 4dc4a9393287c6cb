; lemma: named
; What a word of register v is called in the summary: the reference of each cell that v points to. `denotes` is what callers take a
; reference for; R is what they take to be known beyond them.
; rules:
; source: constraints/summarise.c ref_of 3ee2068ee0af
; source: constraints/summarise.c named_ref 2432d5a79473
; source: constraints/summarise.c name_of d64b1813dc59
; source: constraints/summarise.c name_local faca9f06c2a0
; source: constraints/summarise.c name_path 27a74d2845f8
; source: constraints/summarise.c foreach_target 593e2ab45af6
; source: constraints/summarise.c add_ret 060ee02306fc
; source: constraints/summarise.c add_to_group 14f594dab971
; source: constraints/summarise.c add_arg 5c9af96c05fe

(declare-sort N 0) ; references
(declare-const m M)
(declare-const v V)
(declare-fun name (C) N)
(declare-const Unknown N)
(declare-fun listed (N) Bool)
(declare-fun denotes (N Word) Bool)
(declare-fun R (Ref) Bool)

; assume
(assert (values env m))
(assert (forall ((c C) (x Word)) (=> (den c x) (denotes (name c) x)))) ; needed: A5; a fresh object's name is its clone
(assert (forall ((x Word)) (=> (R (owner x)) (denotes Unknown x)))) ; needed: Unknown is all that is known everywhere
(assert (forall ((c C) (l Loc)) (=> (and (place c l) (lost (obj c))) (R (own l))))) ; needed: they leak what the summary says is lost
(assert (forall ((c C)) (=> (pt v c) (listed (ite (lost (obj c)) Unknown (name c)))))) ; needed: ref_of

; step
(assert (not (= (select env v) nil)))

; goal
(assert (not
  (exists ((r N)) (and (listed r) (denotes r (select env v))))))
