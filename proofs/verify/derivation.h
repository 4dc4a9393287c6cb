/* The derivations of a run, replayed: that its heap verdicts are needed.
 *
 * Each step is an instance of a rule, given by the values of the rule's variables. It counts where every premise is a fact of the lowering,
 * holds in the typed universe, or was derived by an earlier step; nothing of the run's solution is asked. Whoever follows the rules and
 * takes the facts as they are must draw the same conclusion. */
#pragma once
#include "proofs/verify/replay.h"

struct sp_deriver;

/* @facts by predicate: those of the replay, initialised and empty; they get the indices that are needed. Both must outlive the result. */
struct sp_deriver *sp_deriver_new (const struct sp_rules *rules, struct sp_relation *facts);
void sp_deriver_free (struct sp_deriver *d);
/* Takes the steps of the run that lies in @r, one after the other; false where one of them, *@step, is wrong. */
bool sp_deriver_replay (const struct sp_deriver *d, struct sp_replay *r, uint32_t *step);
/* Whether the steps derived @pred (heapI, heapG) of the checker's object @object. */
bool sp_deriver_holds (const struct sp_deriver *d, enum sp_pred pred, uint32_t object);
