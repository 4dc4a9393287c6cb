; What the lemmas speak of: concrete states of one activation, the abstract model, and the relation between them.
;
; tests/harness/lemmas.py puts a file together from this one, the declarations and clauses of constraints/rules/escape.dl, and one lemma.
; papers/formal.md says what the lemmas add up to. Everything here is for the finest variant; the others are its quotients.

(set-logic ALL)

; --- the sorts of escape.dl --------------------------------------------------------------------------

(declare-sort V 0)    ; a pointer leaf of a register, or a temporary of the lowering
(declare-sort C 0)    ; a cell: (object, place, tag)
(declare-sort O 0)    ; an abstract object
(declare-sort M 0)    ; a version of the memory
(declare-sort K 0)    ; a tag
(declare-sort S 0)    ; a call
(declare-sort A 0)    ; an allocation point
(declare-sort P 0)    ; a displacement

; --- concrete states ---------------------------------------------------------------------------------

(declare-sort Ref 0)  ; a concrete object (proofs/heap.h: struct object)
(declare-sort Loc 0)  ; a word of storage of an object
(declare-sort Word 0) ; the content of a word: nil, or an address, in an interface together with a dynamic type
(declare-sort Dyn 0)  ; a dynamic type; any in words outside interfaces

(declare-const nil Word)
(declare-fun loc (Word) Loc)
(declare-fun dyn (Word) Dyn)
(declare-fun own (Loc) Ref)
(declare-fun local (Ref) Bool)    ; made by this activation, or by a callee for it; all else was there before or lies out of sight
(declare-fun code (Ref) Bool)     ; a function without captured variables: no storage
(declare-fun oabs (Ref) O)        ; which abstract object stands for a local one
(declare-fun displaced (P Loc Loc) Bool) ; what an offset of the program makes of an address
(declare-fun hasType (Dyn K) Bool)
(define-fun owner ((w Word)) Ref (own (loc w)))
(assert (forall ((p P) (l Loc) (k Loc)) (! (=> (displaced p l k) (= (own k) (own l))) :pattern ((displaced p l k)))))
(assert (forall ((r Ref)) (! (=> (code r) (not (local r))) :pattern ((code r)))))

; An earlier object of a site that has been made anew since: nobody uses it any more.
(declare-fun retired (Ref) Bool)

; The registers and the storage before the step.
(declare-const env (Array V Word))
(declare-const heap (Array Loc Word))

; --- the typed universe (constraints/cells.c) --------------------------------------------------------

; source: constraints/cells.c sp_universe_cell dbcbb6bd4a18
; source: constraints/cells.c sp_universe_sub 226ea7c46083
; source: constraints/cells.c sp_universe_base 3f9a817d1182
; source: constraints/cells.c sp_universe_tag 3874027c4a58
; source: constraints/cells.c sp_universe_untag 42baf15c9f0d
; source: constraints/cells.c sp_universe_content 8b9abb781aeb
; source: constraints/cells.c single_location 8165bd4de7e2
; source: constraints/cells.c replaceable 53f5fd93664c
; source: constraints/cells.c sp_universe_strong 1bddd4e933b2
; source: constraints/cells.c takes_pointers 5bee940cc1b4
; source: constraints/cells.c sp_universe_weak 605b260e1b18
; source: constraints/cells.c sp_universe_overlaps 8a42d59a18d0
; source: constraints/cells.c sp_universe_differ 875186bef1e0
; source: constraints/cells.h sp_object_local 0b8426d40f22
; source: constraints/cells.h sp_object_foreign 9e56f2de058f
; source: solver/ground.c universe_step 809c98c5220e

(declare-fun obj (C) O)
(declare-fun base (C) C)
(declare-fun content (C) C)
(declare-fun sub (C P) C)
(declare-fun tag (C K) C)
(declare-fun place (C Loc) Bool)      ; the word lies where the cell says
(declare-fun fits (C Dyn) Bool)       ; the cell's tag admits the dynamic type
(declare-fun untaggable (C K) Bool)
(declare-const ANY K)
(declare-fun Local (O) Bool)
(declare-fun outside (O) Bool)        ; sp_object_foreign
(declare-fun Strong (C) Bool)
(declare-fun replaceable (C) Bool)    ; stands for one location, of the object in use
(declare-fun At (C C) Bool)
(define-fun Obj ((c C) (o O)) Bool (= (obj c) o))
(define-fun Base ((c C) (d C)) Bool (= (base c) d))
(define-fun Content ((c C) (t C)) Bool (= (content c) t))
(define-fun Sub ((c C) (p P) (d C)) Bool (= (sub c p) d))
(define-fun Tag ((c C) (k K) (d C)) Bool (= (tag c k) d))
(define-fun Untag ((c C) (k K) (d C)) Bool (and (untaggable c k) (= (base c) d)))
(define-fun Foreign ((c C)) Bool (outside (obj c)))
; in whole programs less is Weak (takes_pointers), never where verdicts are decided
(define-fun Weak ((c C)) Bool (and (Local (obj c)) (not (Strong c))))
(define-fun Differ ((c C) (d C)) Bool (or (not (= (base c) d)) (not (replaceable (base c)))))
(define-fun Apart ((o O) (q O)) Bool (not (= o q)))
(define-fun Cell ((o O) (c C)) Bool (and (= (obj c) o) (= (base c) c)))

(define-fun den ((c C) (w Word)) Bool (and (place c (loc w)) (fits c (dyn w))))

; What the rules rest upon. The arithmetic of offsets, that `place` goes along with `sub` and `At`, is in displace.smt2 and overlap.smt2.
(assert (forall ((o O)) (! (not (and (Local o) (outside o))) :pattern ((outside o)))))
(assert (forall ((c C) (l Loc)) (! (=> (and (place c l) (Local (obj c))) (and (local (own l)) (= (oabs (own l)) (obj c)))) :pattern ((place c l)))))
(assert (forall ((c C) (l Loc)) (! (=> (and (place c l) (not (Local (obj c))) (not (Foreign c))) (code (own l))) :pattern ((place c l)))))
(assert (forall ((r Ref)) (! (=> (local r) (Local (oabs r))) :pattern ((local r)))))
(assert (forall ((c C) (l Loc) (k Loc))
  (! (=> (and (replaceable c) (place c l) (place c k) (not (retired (own l))) (not (retired (own k)))) (= l k)) :pattern ((place c l) (place c k)))))
(assert (forall ((c C)) (! (=> (replaceable c) (Strong c)) :pattern ((replaceable c)))))
(assert (forall ((c C)) (! (=> (Strong c) (Local (obj c))) :pattern ((Strong c)))))
(assert (forall ((c C) (d C) (l Loc))
  (! (=> (and (place c l) (place d l) (Local (obj c)) (= (base d) d)) (At c d)) :pattern ((place c l) (place d l)))))
(assert (forall ((c C)) (! (and (= (obj (base c)) (obj c)) (= (base (base c)) (base c))) :pattern ((base c)))))
(assert (forall ((c C) (l Loc)) (! (= (place (base c) l) (place c l)) :pattern ((place (base c) l)) :pattern ((base c) (place c l)))))
(assert (forall ((c C) (d Dyn)) (! (fits (base c) d) :pattern ((fits (base c) d)))))
(assert (forall ((c C) (p P) (l Loc) (k Loc)) (! (=> (and (place c l) (displaced p l k)) (place (sub c p) k)) :pattern ((place c l) (displaced p l k)))))
(assert (forall ((c C) (p P)) (! (= (obj (sub c p)) (obj c)) :pattern ((sub c p)))))
(assert (forall ((c C) (p P) (d Dyn)) (! (fits (sub c p) d) :pattern ((fits (sub c p) d)))))
(assert (forall ((c C) (k K)) (! (= (obj (tag c k)) (obj c)) :pattern ((tag c k)))))
(assert (forall ((c C) (k K) (l Loc)) (! (= (place (tag c k) l) (place c l)) :pattern ((place (tag c k) l)) :pattern ((tag c k) (place c l)))))
(assert (forall ((c C) (k K) (d Dyn)) (! (=> (and (not (= k ANY)) (hasType d k)) (fits (tag c k) d)) :pattern ((fits (tag c k) d)))))
(assert (forall ((c C) (d Dyn)) (! (=> (fits c d) (fits (tag c ANY) d)) :pattern ((fits (tag c ANY) d)))))
(assert (forall ((c C) (k K) (d Dyn)) (! (=> (and (fits c d) (hasType d k)) (untaggable c k)) :pattern ((fits c d) (hasType d k)))))
(assert (forall ((c C)) (! (outside (obj (content c))) :pattern ((content c)))))
(assert (forall ((c C) (d Dyn)) (! (fits (content c) d) :pattern ((fits (content c) d)))))

; @predicates

; --- the abstraction relation ------------------------------------------------------------------------

; Code beyond the frame may have it in its hands.
(define-fun ext ((m M) (r Ref)) Bool (or (not (local r)) (out m (oabs r))))
; The cell accounts for the word; a foreign cell does so only for what is beyond the frame.
(define-fun covers ((m M) (c C) (w Word)) Bool (and (den c w) (=> (Foreign c) (ext m (owner w)))))
; Values: every address in a register is covered by a cell that the register points to.
(define-fun valuesAt ((e (Array V Word)) (m M) (v V)) Bool
  (or (= (select e v) nil) (exists ((c C)) (and (pt v c) (covers m c (select e v))))))
(define-fun values ((e (Array V Word)) (m M)) Bool (forall ((v V)) (valuesAt e m v)))
; Memory: every address in a local object in use is covered by what the memory says of a cell there, or other code put it there.
(define-fun memoryAt ((h (Array Loc Word)) (m M) (l Loc)) Bool
  (or (not (local (own l))) (retired (own l)) (= (select h l) nil)
    (exists ((b C) (t C)) (and (place b l) (= (base b) b) (Strong b) (mem m b t) (covers m t (select h l))))
    (exists ((b C) (t C)) (and (place b l) (= (base b) b) (Weak b) (weak b t) (covers m t (select h l))))
    (and (or (out m (oabs (own l))) (shown m (oabs (own l)))) (ext m (owner (select h l))))))
(define-fun memory ((h (Array Loc Word)) (m M)) Bool (forall ((l Loc)) (memoryAt h m l)))
; Publication: what lies beyond the frame holds only what is beyond the frame.
(define-fun publishedAt ((h (Array Loc Word)) (m M) (l Loc)) Bool
  (or (local (own l)) (= (select h l) nil) (ext m (owner (select h l)))))
(define-fun published ((h (Array Loc Word)) (m M)) Bool (forall ((l Loc)) (publishedAt h m l)))
; Both, closed: what lemma `reach` concludes from them.
(define-fun closed ((h (Array Loc Word)) (m M)) Bool
  (forall ((l Loc)) (! (=> (and (ext m (own l)) (not (retired (own l))) (not (= (select h l) nil))) (ext m (owner (select h l)))) :pattern ((select h l)))))
; Names: the content of a cell stands for whatever is there while other code may write it. That is what the name means in the callers.
(define-fun named ((h (Array Loc Word)) (m M)) Bool
  (forall ((c C) (l Loc))
    (! (=> (and (place c l) (not (retired (own l))) (not (= (select h l) nil)) (or (ext m (own l)) (shown m (oabs (own l))))) (den (content c) (select h l)))
       :pattern ((place c l)))))
