; lemma: invoke
; Call s calls a method of interface v. The analysis binds the method of each type that v's cells tell, with the cell's untagged address as
; the receiver word, and leaves the call to the callers, or to nobody, where a foreign cell tells none.
; rules: dispatch addr
; source: constraints/lower_target.c invoke_target d5fc6e021a3f
; source: frontend/gir.h gir_find_method 4da7e34601b8
; source: constraints/lower_target.c foreign_target 8055a9f27a1a
; source: constraints/lower_target.c sp_receiver_span dcbce0b49f8c
; source: constraints/lower_target.c sp_lower_target 8252981e60b2

(declare-sort F 0)
(declare-const m M)
(declare-const s S)
(declare-const v V)
(declare-fun tells (C K) Bool)  ; the cell's tag is a type
(declare-fun method (Dyn) F)    ; what Go calls
(declare-fun table (K) F)       ; method_of
(declare-fun bound (F V) Bool)  ; instantiated, with what lies behind the word as the receiver
(declare-const left Bool)       ; residual or unknown, or bound to all that it may call (`expanded`)
(declare-const x Word)

; assume
(assert (values env m))
(assert (= x (select env v)))
(assert (forall ((c C) (k K) (d Dyn)) (=> (and (tells c k) (fits c d)) (hasType d k)))) ; needed: that is what tags are
(assert (forall ((c C)) (=> (pt v c) (or (Foreign c) (exists ((k K)) (tells c k)))))) ; needed: `box`, the only way into interfaces
(assert (forall ((d Dyn) (k K)) (=> (hasType d k) (= (method d) (table k))))) ; needed: .gir has the method set of each type
(assert (forall ((c C) (k K)) (=> (and (target s c) (tells c k)) (exists ((w V)) (and (Addr w (base c)) (bound (table k) w)))))) ; needed: invoke_target
(assert (forall ((c C)) (=> (and (target s c) (Foreign c) (forall ((k K)) (not (tells c k)))) left))) ; needed: foreign_target

; step
(assert (Dynamic s v))
(assert (not (= x nil)))

; goal
(assert (not
  (or left (exists ((w V)) (and (bound (method (dyn x)) w) (exists ((c C)) (and (pt w c) (covers m c x))))))))
