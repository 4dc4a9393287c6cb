; lemma: again
; AllocAt, and that calls outside cycles run once: control comes to block b again, and b lies in a cycle. `path` is what the run's
; steps since b make of the edges. Strongly connected components are what base/scc.c finds.
; rules:
; prelude: none
; source: frontend/cfg.c find_cycles 79bb10c0c28c
; source: constraints/lower_site.c sp_mark_site 8613b79e16ca
; source: constraints/lower_call.c new_record 86aacf2804f5

(declare-sort B 0)
(declare-fun edge (B B) Bool)
(declare-fun path (B B) Bool)  ; one edge or more
(declare-fun together (B B) Bool) ; in one component
(declare-fun inCycle (B) Bool)
(declare-const b B)
(declare-const c B)

; assume
(assert (forall ((x B) (y B)) (=> (edge x y) (path x y)))) ; needed
(assert (forall ((x B) (y B)) (=> (and (path x y) (path y x)) (together x y)))) ; needed: base/scc.c
(assert (forall ((x B)) (=> (edge x x) (inCycle x)))) ; needed: find_cycles
(assert (forall ((x B) (y B)) (=> (and (together x y) (not (= x y))) (inCycle x)))) ; needed: likewise
(assert (or (= c b) (path b c))) ; needed: the run so far, by induction

; step
(assert (edge c b))

; goal
(assert (not
  (inCycle b)))
