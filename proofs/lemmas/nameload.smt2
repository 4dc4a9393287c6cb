; lemma: nameload
; A name of a callee's summary, what lies where another name points, evaluated in the caller: temporary t covers whatever the callee may
; find there at any moment of the call. `denotes` says where the other name points, which temporary b covers.
; rules: load loadw phantom open opens

(declare-const n M)
(declare-const t V)
(declare-const b V)
(declare-const l Loc)
(declare-fun denotes (Loc) Bool)

; assume
(assert (memory heap n)) ; a heap of the call
(assert (closed heap n)) ; needed: by `reach`
(assert (named heap n))
(assert (forall ((k Loc)) (=> (denotes k) (exists ((c C)) (and (pt b c) (place c k) (=> (Foreign c) (ext n (own k))))))))

; step
(assert (Load n t b))
(assert (denotes l))
(assert (not (code (own l))))
(assert (not (retired (own l))))
(assert (not (= (select heap l) nil)))

; goal
(assert (not
  (exists ((c C)) (and (pt t c) (covers n c (select heap l))))))
