; lemma: append
; d = append(s, e...): in place, or in a new object whose elements lie at cell g; at memory n. Elements of one leaf, at any place. By
; `nameload` temporary t covers what the elements of s hold, and w those of e; by `appended` d covers where the result's elements lie.
; rules: addr put putw outward publishp

(declare-const n M)
(declare-const d V)
(declare-const a V)
(declare-const t V)
(declare-const w V)
(declare-const g C)
(declare-fun inS (Loc) Bool)  ; the words of the array behind s, up to its capacity
(declare-fun new (Loc) Bool)  ; the words of the new array
(declare-fun old (Word) Bool) ; what s holds
(declare-fun add (Word) Bool) ; what e holds
(define-fun element ((v V) (l Loc)) Bool (exists ((c C)) (and (pt v c) (place c l) (=> (Foreign c) (ext n (own l))))))

; assume
(assert (memory heap n))
(assert (published heap n))
(assert (forall ((l Loc)) (! (=> (or (inS l) (new l)) (and (element d l) (not (code (own l))) (not (retired (own l))))) :pattern ((inS l)) :pattern ((new l)))))
(assert (forall ((l Loc)) (! (=> (new l) (and (place g l) (local (own l)))) :pattern ((new l)))))
(assert (Local (obj g)))
(assert (forall ((x Word)) (! (=> (old x) (exists ((c C)) (and (pt t c) (covers n c x)))) :pattern ((old x)))))
(assert (forall ((x Word)) (! (=> (add x) (exists ((c C)) (and (pt w c) (covers n c x)))) :pattern ((add x)))))

; step
(assert (and (Addr a g) (Put n a t) (Put n d w)))
(declare-const heap1 (Array Loc Word))
(assert (forall ((l Loc)) (or (= (select heap1 l) (select heap l)) (= (select heap1 l) nil)
  (and (or (inS l) (new l)) (add (select heap1 l)))
  (and (new l) (old (select heap1 l))))))

; goal
(assert (not
  (and (memory heap1 n) (published heap1 n))))
