; lemma: address
; An instruction has register p among its operands, which holds the address of word l, and the address may then be in q too: in a variable
; of a closure that is made, or anywhere. Named are the registers that variable_node gives a node: addresses of local and package variables
; and of fields, and what closures capture. What is known of p is known of q.
; rules:
; prelude: none
; source: constraints/callees.c variable_node cdb98f713301
; source: constraints/callees.c open_addresses ae5a15c7dca1
; source: constraints/callees.c flow_to_captured 5e114ed471f6
; source: constraints/callees.c global_node b68357fd924c

(declare-sort N 0)
(declare-sort L 0)
(declare-fun has (L) Bool)
(declare-fun node (L) N)
(declare-fun open (N) Bool)
(declare-fun same (N N) Bool) ; the same, or joined by edges both ways, one after the other
(declare-const l L)
(declare-const pNamed Bool)
(declare-const p N)
(declare-const qNamed Bool)
(declare-const q N)
(declare-const direct Bool)   ; p is the operand of a load, or what a store goes to: it goes nowhere else
(declare-const captured Bool) ; a closure captures it: q is its variable there
(define-fun fine ((named Bool) (n N)) Bool
  (ite named (or (and (has l) (same n (node l))) (and (open n) (or (not (has l)) (open (node l))))) (or (not (has l)) (open (node l)))))

; assume
(assert (forall ((a N) (b N)) (=> (same a b) (= (open a) (open b))))) ; needed: by `flow`
(assert (forall ((a N) (b N) (c N)) (=> (and (same a b) (same b c)) (same a c)))) ; needed
(assert (fine pNamed p)) ; needed: by induction
(assert (=> captured qNamed)) ; needed
(assert (=> qNamed captured)) ; needed: other named registers are made as such
(assert (not direct)) ; needed

; step
(assert (=> (and pNamed (not direct) (not captured)) (open p))) ; needed: open_addresses
(assert (=> (and captured pNamed) (same q p))) ; needed: flow_to_captured
(assert (=> (and captured (not pNamed)) (open q))) ; needed: likewise

; goal
(assert (not
  (fine qNamed q)))
