; lemma: layout
; Fields have one node for each struct type, wherever they are: word l is seen as field n by pointers of one type, and as field k by others.
; A pointer is converted: to a raw one (l is raw from then on), or from a raw one or one of another type, of the type t. Types that differ
; in tags alone have their fields in common. Fields in what interfaces hold are opened where raw pointers lead to interfaces; what closures
; captured is assumed not to be reached so.
; rules:
; prelude: none
; source: constraints/callees.c field_node 20c3534346ec
; source: constraints/layouts.c find_same_structs 0ebe2ff31b94
; source: constraints/layouts.c append_parts aa5f1d539d75
; source: constraints/layouts.c shape_of_struct a700fe115b41
; source: constraints/layouts.c append_shape a2cf6d6b11ca
; source: constraints/parts.c sp_parts_push 69fecee28cbb
; source: constraints/parts.c sp_parts_reach d8c3c7dbaf52
; source: constraints/callees.c open_fields_of b5f7a2326fb6
; source: constraints/callees.c open_fields 712b3ecf7ab4
; source: constraints/callees.c open_converted c605d621dd1c
; source: constraints/callees.c open_raw_pointer f3bc850d616f
; source: constraints/callees.c open_raw ad192a693960
; source: constraints/callees.c open_linked 409fb15cdff8
; source: constraints/callees.c reflects 4a86b49312a4
; source: constraints/callees.c open_held aa7253283532
; source: constraints/callees.c open_out_of_type aa417d60c9c7

(declare-sort N 0)
(declare-sort L 0)
(declare-sort Y 0)                ; types
(declare-fun open (N) Bool)
(declare-fun sees (L N) Bool)     ; pointers of the program see the word as that field
(declare-fun raw (L) Bool)        ; raw pointers lead to it
(declare-fun reaches (Y N) Bool)  ; it is a field of a type that is reached from there, not by way of interfaces
(declare-fun unboxes (Y) Bool)    ; interfaces are reached from there
(declare-fun boxed (N) Bool)      ; a field of what interfaces hold
(declare-fun leads (L) Bool)      ; the pointer that is converted leads to it
(declare-const toRaw Bool)
(declare-const t Y)

; assume
(assert (forall ((l L) (n N) (k N)) (=> (and (sees l n) (sees l k)) (or (= n k) (and (open n) (open k)))))) ; needed: by induction
(assert (forall ((l L) (n N)) (=> (and (raw l) (sees l n)) (open n)))) ; needed: likewise
(assert (forall ((n N)) (=> (reaches t n) (open n)))) ; needed: open_raw_pointer
(assert (forall ((n N)) (=> (and (unboxes t) (boxed n)) (open n)))) ; needed: open_out_of_type
(assert (forall ((l L) (n N)) (=> (and (leads l) toRaw (sees l n)) (or (open n) (reaches t n) (and (unboxes t) (boxed n)))))) ; needed: pointers lead where their types do
(assert (forall ((l L)) (=> (and (leads l) (not toRaw)) (raw l)))) ; needed: what is no raw pointer keeps its type

; step
(define-fun raw1 ((l L)) Bool (or (raw l) (and toRaw (leads l))))
(define-fun sees1 ((l L) (n N)) Bool (or (sees l n) (and (not toRaw) (leads l) (or (reaches t n) (and (unboxes t) (boxed n))))))

; goal
(assert (not (and
  (forall ((l L) (n N) (k N)) (=> (and (sees1 l n) (sees1 l k)) (or (= n k) (and (open n) (open k)))))
  (forall ((l L) (n N)) (=> (and (raw1 l) (sees1 l n)) (open n))))))
