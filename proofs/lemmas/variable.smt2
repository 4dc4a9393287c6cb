; lemma: variable
; A load or store of a func or an interface by way of register p, which holds the address of word l. What a word with a node holds is in its
; set. Registers that variable_node names have nodes too; `address` is what is known of them.
; rules:
; prelude: none
; source: constraints/callees.c variable_node cdb98f713301
; source: constraints/callees.c flow_to_register b6c5832cb7c4
; source: constraints/callees.c flow_of_instruction 662394b066c1

(declare-sort N 0)
(declare-sort L 0) ; words of storage
(declare-sort X 0)
(declare-fun has (L) Bool)      ; one of those that are told apart: a local variable, a package variable, a field
(declare-fun node (L) N)
(declare-fun known (N X) Bool)  ; see `flow`
(declare-fun open (N) Bool)
(declare-fun edge (N N) Bool)
(define-fun joined ((a N) (b N)) Bool (or (= a b) (and (edge a b) (edge b a))))
(declare-const named (Array L Bool))
(declare-const l L)
(declare-const isNamed Bool)    ; p is
(declare-const p N)             ; its node
(declare-const d N)             ; node of the register that is loaded, or stored
(declare-const load Bool)
(declare-const x X)             ; what is loaded, or stored
(declare-const held (Array L X))
(define-fun after () (Array L X) (ite load held (store held l x)))

; assume
(assert (forall ((n N) (x X)) (=> (open n) (known n x)))) ; needed: by `flow`
(assert (forall ((n N) (k N) (x X)) (=> (and (edge n k) (known n x)) (known k x)))) ; needed: likewise
(assert (forall ((l L)) (=> (has l) (known (node l) (select held l))))) ; needed: by induction
(assert (=> isNamed (or (and (has l) (joined p (node l))) (and (open p) (or (not (has l)) (open (node l))))))) ; needed: `address`
(assert (=> (not isNamed) (or (not (has l)) (open (node l))))) ; needed: likewise

; step
(assert (ite load (= x (select held l)) (known d x)))
(assert (=> load (ite isNamed (edge p d) (open d)))) ; needed
(assert (=> (and (not load) isNamed) (edge d p))) ; needed

; goal
(assert (not
  (and (=> load (known d x)) (forall ((l L)) (=> (has l) (known (node l) (select after l)))))))
