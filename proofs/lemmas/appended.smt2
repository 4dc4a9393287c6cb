; lemma: appended
; Where the elements of d = append(s, e...) lie: in the array of s, or in the new one.
; rules: addr copy

(declare-const n M)
(declare-const d V)
(declare-const s V)
(declare-const g C)
(declare-fun inS (Loc) Bool) ; the words of the array behind s
(declare-fun new (Loc) Bool) ; the words of the new array
(define-fun element ((v V) (l Loc)) Bool (exists ((c C)) (and (pt v c) (place c l) (=> (Foreign c) (ext n (own l))))))

; assume
(assert (forall ((l Loc)) (=> (inS l) (element s l))))
(assert (forall ((l Loc)) (=> (new l) (place g l))))
(assert (Local (obj g)))

; step
(assert (and (Addr d g) (Copy d s)))

; goal
(assert (not
  (forall ((l Loc)) (=> (or (inS l) (new l)) (element d l)))))
