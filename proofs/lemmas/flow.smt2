; lemma: flow
; The sets of callees.c: a func or an interface x comes into a place (register, parameter, result, variable, field) with node n: it is made
; there, or was at a place with node k, or comes from nobody knows where.
; rules:
; prelude: none
; source: constraints/callees.c node_at 56419139937a
; source: constraints/callees.c open_node 994a3ab03381
; source: constraints/callees.c add_edge f81d6ee8807d
; source: constraints/callees.c add_member 6ccb3017844e
; source: constraints/callees.c assign 6ff56546b331
; source: constraints/callees.c flow_to_register b6c5832cb7c4
; source: constraints/callees.c flow_from_tuple f70fee2908ba
; source: constraints/callees.c flow_to_parameters 4050f69c26ea
; source: constraints/callees.c flow_of_function 793b8b29e193
; source: constraints/callees.c flow_of_instruction 662394b066c1
; source: constraints/callees.c propagate 22123b848cee
; source: constraints/callees.c solve 984e78cdadd4
; source: constraints/callers.c sp_callers_known c44342a5f848

(declare-sort N 0) ; nodes
(declare-sort T 0) ; functions, or dynamic types
(declare-sort X 0) ; func and interface values
(declare-const nil X)
(declare-fun kind (X) T)
(declare-fun holds (N T) Bool)
(declare-fun open (N) Bool)
(declare-fun edge (N N) Bool)
(declare-fun added (N T) Bool)
(define-fun known ((n N) (x X)) Bool (or (= x nil) (open n) (holds n (kind x))))
(declare-const n N)
(declare-const k N)
(declare-const x X)

; assume
(assert (forall ((n N) (t T)) (=> (added n t) (or (open n) (holds n t))))) ; needed: add_member
(assert (forall ((n N) (k N)) (=> (and (edge k n) (open k)) (open n)))) ; needed: propagate
(assert (forall ((n N) (k N) (t T)) (=> (and (edge k n) (holds k t)) (or (open n) (holds n t))))) ; needed: likewise

; step
(assert (or (= x nil) (added n (kind x)) (and (known k x) (edge k n)) (open n)))

; goal
(assert (not
  (known n x)))
