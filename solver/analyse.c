#include "solver/analyse_private.h"
#include "solver/candidates.h"
#include "solver/derive.h"
#include "solver/query.h"
#include "solver/z3_datalog.h"
#include "solver/z3_horn.h"

#include <time.h>

enum
{
  DATALOG_TUPLES = 300000, /* of input; some 2 us each, and most of the time goes to joins over them */
};

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct sp_precision
sp_variant_precision (enum sp_variant v)
{
  return (struct sp_precision){ .fields = v == SP_FIELD || v == SP_FULL, .versions = v == SP_FLOW || v == SP_FULL };
}

static uint32_t
component_of (const struct sp_job *job, gir_fn fn)
{
  return job->order->components->component[fn];
}

/* Only components of lower levels are done for sure; what lies above or beside is unknown, until all is done. */
static const struct sp_summary *
find_summary (void *data, gir_fn from, gir_fn fn, bool *recursive)
{
  const struct sp_worker *w = data;
  const struct sp_job *job = w->job;
  uint32_t mine = component_of (job, from), other = component_of (job, fn);
  *recursive = mine == other && !job->modelled[fn];
  if (*recursive && w->cut_recursion)
    return NULL;
  if (mine != other && job->order->level[other] >= job->order->level[mine] && !job->expanded[w->pass][from])
    return NULL;
  return job->summaries[w->pass][fn];
}

void
sp_worker_init (struct sp_worker *w, const struct sp_job *job, unsigned number)
{
  *w = (struct sp_worker){ .job = job, .number = number };
  w->env = (struct sp_environment){ job->program,  job->types,   job->budgets,  find_summary, job->captures,
                                    job->captured, job->renewed, job->modelled, job->callees, w };
  sp_lowering_init (&w->lowering, &w->env);
  w->ground = sp_ground_new (job->rules, &w->lowering.universe);
  w->derived = g_new0 (struct sp_tuples, job->rules->n_preds);
  if (job->options->solver == SP_SOLVER_Z3_DATALOG || job->options->observe)
    sp_ground_record (w->ground);
}

void
sp_worker_done (struct sp_worker *w)
{
  sp_ground_free (w->ground);
  sp_lowering_done (&w->lowering);
  sp_z3_region_free (w->z3);
  vec_clear (&w->clones);
  vec_clear (&w->claims);
  vec_clear (&w->steps);
  u32map_clear (&w->traced);
  vec_clear (&w->causes);
  vec_clear (&w->refusals);
  g_free (w->derived);
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    vec_clear (&w->notes[pass]);
}

/* --- evidence ---------------------------------------------------------------------------------------- */

static void
tell (struct sp_worker *w, const struct sp_evidence *e)
{
  const struct sp_witness *witness = w->job->options->witness;
  if (!witness)
    return;
  double start = now ();
  witness->tell (witness->user, w->number, e);
  w->statistics.verify_s += now () - start;
}

void
sp_worker_tell_of (struct sp_worker *w, enum sp_evidence_kind kind, enum sp_pass pass, gir_fn fn)
{
  tell (w, &(struct sp_evidence){ .kind = kind, .pass = pass, .fn = fn, .summary = w->job->summaries[pass][fn] });
}

static void
claim_sites (struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  vec_foreach (const struct sp_site_verdict, v, &w->job->results[fn].sites[pass])
    vec_push (&w->claims, ((struct sp_claim){ v->instr, !v->heap_ideal, !v->heap_go }));
}

/* Whether the verdicts on @fn's sites are to be derived. */
static bool
wants_derivations (const struct sp_worker *w, gir_fn fn)
{
  return w->job->options->derivations && w->job->wanted[fn];
}

/* Appends the steps that derive @pred of @object; false where it does not hold. */
static bool
add_steps (struct sp_worker *w, const struct sp_derivations *d, enum sp_pred pred, uint32_t object, struct u32set *done)
{
  uint32_t t = sp_relation_find (sp_ground_relation (w->ground, pred), &object);
  if (t == SP_NO_TUPLE)
    return false;
  u32_vec clauses = { 0 };
  sp_derivations_collect (d, sp_tuple_new (pred, t), done, &clauses);
  vec_foreach (const uint32_t, k, &clauses)
    {
      struct sp_step step = { .rule = w->ground->clauses.data[*k].rule };
      sp_derivations_values (w->ground, *k, step.values);
      vec_push (&w->steps, step);
    }
  vec_clear (&clauses);
  return true;
}

/* Why each site of @fn that is heap is so, by the model and the clauses that lie in the worker. */
static void
refuse_sites (struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  struct sp_derivations d;
  struct u32set done = { 0 };
  sp_derivations_init (&d, w->ground);
  vec_foreach (const struct sp_site_verdict, v, &w->job->results[fn].sites[pass])
    {
      struct sp_refusal r = { .instr = v->instr };
      uint32_t o = sp_relation_find (&w->lowering.universe.object_ids, (uint32_t[]){ SP_O_SITE, v->instr, 0 });
      r.ideal = v->heap_ideal && add_steps (w, &d, SP_P_heapI, o, &done);
      r.go = v->heap_go && add_steps (w, &d, SP_P_heapG, o, &done);
      r.unanswered = r.ideal != v->heap_ideal || r.go != v->heap_go;
      if (v->heap_ideal || v->heap_go)
        vec_push (&w->refusals, r);
    }
  u32set_clear (&done);
  sp_derivations_done (&d);
}

/* What a run is for, beside its summary. */
enum purpose
{
  SUMMARY,
  STAGING,  /* the next run of the function rests on it */
  DECIDING, /* the function's verdicts come from it */
};

/* The model that lies in the worker. @summary: what the run gave. */
static void
tell_of_run (struct sp_worker *w, gir_fn fn, enum sp_pass pass, const struct sp_summary *summary, enum purpose purpose)
{
  const struct sp_universe *u = &w->lowering.universe;
  if (!w->job->options->witness)
    return;
  bool explains = purpose == DECIDING && wants_derivations (w, fn);
  vec_reset (&w->claims);
  vec_reset (&w->steps);
  vec_reset (&w->refusals);
  if (purpose == DECIDING)
    claim_sites (w, fn, pass);
  if (explains)
    refuse_sites (w, fn, pass);
  for (unsigned p = 0; p < w->job->rules->n_preds; p++)
    if (w->job->rules->preds[p].kind == SP_PRED_DERIVED)
      w->derived[p] = (struct sp_tuples){ w->ground->relations[p].data, w->ground->relations[p].n };
  struct sp_run run = { .limits = w->lowering.limits, .iterating = w->accumulate, .cut = w->cut_recursion };
  run.stages = purpose == STAGING;
  run.decides = purpose == DECIDING;
  run.settled = w->lowering.deciding.settled;
  run.expanded = w->lowering.deciding.expanded;
  run.objects = u->objects.data;
  run.n_objects = u->objects.size;
  run.cells = (struct sp_tuples){ u->cells.data, u->cells.n };
  run.derived = w->derived;
  run.summary = summary;
  run.claims = w->claims.data;
  run.n_claims = w->claims.size;
  run.explains = explains;
  run.tainted = explains && w->job->results[fn].tainted[pass];
  run.steps = w->steps.data;
  run.n_steps = w->steps.size;
  run.refusals = w->refusals.data;
  run.n_refusals = w->refusals.size;
  tell (w, &(struct sp_evidence){ .kind = SP_E_RUN, .pass = pass, .fn = fn, .run = &run });
}

/* --- one run ----------------------------------------------------------------------------------------- */

/* The first cause counts. */
static void
trace_fact (struct sp_worker *w, const struct sp_fact *f)
{
  uint32_t t = sp_relation_find (sp_ground_relation (w->ground, (enum sp_pred)f->pred), f->args);
  if (u32map_get (&w->traced, sp_tuple_new (f->pred, t), GIR_INVALID) != GIR_INVALID)
    return;
  u32map_put (&w->traced, sp_tuple_new (f->pred, t), w->causes.size);
  vec_push (&w->causes, f->cause);
}

const struct sp_cause *
sp_worker_cause (const struct sp_worker *w, sp_tuple t)
{
  uint32_t k = u32map_get (&w->traced, t, GIR_INVALID);
  return k == GIR_INVALID ? NULL : &w->causes.data[k];
}

static void
feed_facts (struct sp_worker *w)
{
  vec_foreach (const struct sp_fact, f, &w->lowering.facts)
    {
      sp_ground_fact (w->ground, (enum sp_pred)f->pred, f->args[0], f->args[1], f->args[2], f->args[3]);
      if (w->tracing)
        trace_fact (w, f);
    }
  vec_reset (&w->lowering.facts);
}

static struct sp_deciding
deciding_of (const struct sp_job *job, gir_fn fn, enum sp_pass pass)
{
  return (struct sp_deciding){ job->settled[pass][fn], job->expanded[pass][fn] };
}

bool
sp_worker_run (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool logging)
{
  enum sp_variant v = pass == SP_PASS_COARSE ? SP_COARSE : w->job->options->variant;
  const struct sp_relation *targets = sp_ground_relation (w->ground, SP_P_target);
  uint32_t dispatched = 0;
  u32map_reset (&w->traced);
  vec_reset (&w->causes);
  w->pass = pass;
  w->lowering.before = w->accumulate ? w->job->summaries[pass][fn] : NULL;
  w->lowering.limits = w->job->limits[pass][fn];
  sp_ground_reset (w->ground);
  w->ground->logging = logging;
  w->ground->budget = w->accumulate ? w->job->budgets->instances : w->job->budgets->decisive;
  w->ground->memory = (uint64_t)w->job->budgets->memory << 10;
  sp_lower_function (&w->lowering, fn, sp_variant_precision (v), deciding_of (w->job, fn, pass));
  for (;;)
    {
      feed_facts (w);
      if (!sp_ground_run (w->ground))
        return false;
      if (dispatched == targets->n)
        return true;
      while (dispatched < targets->n)
        {
          const uint32_t *t = sp_relation_tuple (targets, dispatched++);
          sp_lower_target (&w->lowering, t[0], t[1]);
        }
    }
}

/* --- verdicts ---------------------------------------------------------------------------------------- */

static bool
holds (const struct sp_worker *w, enum sp_pred pred, uint32_t o)
{
  return sp_relation_find (sp_ground_relation (w->ground, pred), &o) != SP_NO_TUPLE;
}

static bool
ever_out (const struct sp_worker *w, uint32_t o)
{
  const struct sp_relation *out = sp_ground_relation (w->ground, SP_P_out);
  for (uint32_t t = 0; t < out->n; t++)
    if (sp_relation_tuple (out, t)[1] == o)
      return true;
  return false;
}

static enum sp_reason
reason_ideal (const struct sp_worker *w, uint32_t o)
{
  if (!holds (w, SP_P_heapI, o))
    return SP_REASON_NONE;
  if (holds (w, SP_P_Oversize, o))
    return SP_REASON_OVERSIZE;
  return ever_out (w, o) ? SP_REASON_OUTLIVES : SP_REASON_CARRIED;
}

static enum sp_reason
reason_go (const struct sp_worker *w, uint32_t o)
{
  if (holds (w, SP_P_HeapSite, o))
    return SP_REASON_KIND;
  if (holds (w, SP_P_heapI, o))
    return reason_ideal (w, o);
  return holds (w, SP_P_heapG, o) ? SP_REASON_HELD : SP_REASON_NONE;
}

static struct sp_site_verdict
judge (const struct sp_worker *w, uint32_t o, uint32_t instr, const struct sp_decision *d)
{
  struct sp_site_verdict v = { .instr = instr, .pass = (uint8_t)w->pass };
  v.heap_ideal = holds (w, SP_P_heapI, o);
  v.heap_go = holds (w, SP_P_heapG, o);
  v.lost = holds (w, SP_P_lost, o);
  v.reason_ideal = (uint8_t)reason_ideal (w, o);
  v.reason_go = (uint8_t)reason_go (w, o);
  if (!d)
    return v;
  bool decided = d->answer == SP_Z3_SAT && o < d->n_objects;
  bool ideal = !decided || d->ideal[o], go = !decided || d->go[o];
  v.z3 = decided;
  v.unanswered = !decided;
  /* A contradiction refutes the native model; without an answer nothing is proved. Where two differ, heap is the safe one. */
  v.z3_differs = d->answer == SP_Z3_UNSAT || (decided && (ideal != v.heap_ideal || go != v.heap_go));
  if (ideal && (!v.heap_ideal || !decided))
    v.reason_ideal = SP_REASON_SOLVER;
  if (go && (!v.heap_go || !decided))
    v.reason_go = SP_REASON_SOLVER;
  v.heap_ideal |= ideal;
  v.heap_go |= go;
  return v;
}

static void
record_verdicts (struct sp_worker *w, gir_fn fn, enum sp_pass pass, const struct sp_decision *decision)
{
  struct sp_function_result *r = &w->job->results[fn];
  const struct sp_universe *u = &w->lowering.universe;
  vec_reset (&r->sites[pass]);
  for (uint32_t o = 0; o < u->objects.size; o++)
    {
      const struct sp_object *x = &u->objects.data[o];
      if (x->kind == SP_O_SITE && x->b == 0)
        vec_push (&r->sites[pass], judge (w, o, x->a, decision));
    }
  r->analysed[pass] = true;
  r->tainted[pass] = w->lowering.tainted;
  r->outlined[pass] = w->lowering.limits & SP_LIMIT_OUTLINE;
}

static void
note_clones (struct sp_worker *w)
{
  const struct sp_universe *u = &w->lowering.universe;
  for (uint32_t o = 0; o < u->objects.size; o++)
    {
      const struct sp_object *x = &u->objects.data[o];
      if (x->kind != SP_O_CLONE)
        continue;
      const struct sp_fresh *f = &w->lowering.origins.data[x->origin];
      bool bad = x->multi || holds (w, SP_P_heapI, o);
      if (f->depth == 1 && w->job->wanted[f->fn])
        vec_push (&w->clones, ((struct sp_clone_note){ f->fn, f->instr, bad }));
    }
  vec_foreach (const struct sp_fresh, f, &w->lowering.nameless)
    if (f->depth == 0 && w->job->wanted[f->fn])
      vec_push (&w->clones, ((struct sp_clone_note){ f->fn, f->instr, true }));
}

/* Nobody knows where @fn, which no run decided, puts what its callees hand back. */
static void
note_lost_clones (struct sp_worker *w, gir_fn fn)
{
  const struct gir_func *f = &w->job->program->funcs[fn];
  for (uint32_t k = 0; k < f->n_operands; k++)
    {
      gir_operand x = f->operands[k];
      const struct sp_summary *s = gir_operand_kind (x) == GIR_FUNC ? w->job->summaries[SP_PASS_MAIN][gir_operand_index (x)] : NULL;
      if (!s)
        continue;
      vec_foreach (const struct sp_fresh, fresh, &s->fresh)
        if (fresh->depth == 0 && w->job->wanted[fresh->fn])
          vec_push (&w->clones, ((struct sp_clone_note){ fresh->fn, fresh->instr, true }));
    }
}

static bool
wants_solver (const struct sp_worker *w, gir_fn fn)
{
  enum sp_solver s = w->job->options->solver;
  return s == SP_SOLVER_Z3_ALL || (s != SP_SOLVER_NATIVE && w->job->wanted[fn]);
}

static struct sp_decision *
decide_query (struct sp_worker *w, const struct sp_query *query)
{
  const struct sp_options *o = w->job->options;
  unsigned rlimit = w->job->budgets->rlimit;
  if (o->solver == SP_SOLVER_OUTSIDE)
    return o->decide (o->decide_user, query);
  if (!w->z3)
    w->z3 = sp_z3_region_new ();
  if (o->solver == SP_SOLVER_Z3_DATALOG)
    return sp_datalog_decide (w->z3, w->ground, DATALOG_TUPLES, rlimit);
  return sp_horn_decide (w->z3, query->clauses, rlimit);
}

/* Puts the run that the worker holds to the solver. */
static struct sp_decision *
ask_solver (struct sp_worker *w, gir_fn fn, bool settled)
{
  const struct sp_options *o = w->job->options;
  bool weak = o->candidates == SP_CANDIDATES_WEAK;
  struct sp_ground *candidates = weak ? sp_candidates_new (w->ground, w->job->budgets->decisive) : NULL;
  struct sp_query query = { w->job->program, fn, settled, &w->lowering, w->ground, candidates ? candidates : w->ground, NULL };
  double start = now ();
  struct sp_decision *d = decide_query (w, &query);
  w->statistics.z3_s += now () - start;
  w->statistics.clauses += d->n_clauses;
  w->statistics.z3_checks++;
  w->statistics.z3_unknown += d->answer != SP_Z3_SAT;
  query.decision = d;
  if (o->observe)
    o->observe (o->observe_user, &query);
  sp_ground_free (candidates);
  return d;
}

/* --- components -------------------------------------------------------------------------------------- */

void
sp_worker_set_summary (struct sp_worker *w, gir_fn fn, enum sp_pass pass, struct sp_summary *s)
{
  struct sp_summary **slot = &w->job->summaries[pass][fn];
  sp_summary_free (*slot);
  *slot = s;
}

struct sp_summary *
sp_worker_coarse_copy (const struct sp_worker *w, gir_fn fn)
{
  const struct sp_summary *s = w->job->summaries[SP_PASS_COARSE][fn];
  struct sp_summary *copy = s ? sp_summary_copy (s) : NULL;
  if (copy)
    copy->tainted = true;
  return copy;
}

/* Runs @fn, leaves its model in the worker, and makes its summary; NULL beyond a budget. */
static struct sp_summary *
run_once (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool logging, bool *complete)
{
  *complete = sp_worker_run (w, fn, pass, logging);
  w->statistics.tuples += w->ground->n_instances;
  struct sp_solution model = sp_ground_solution (w->ground);
  return *complete ? sp_summarise (&w->lowering, &model, w->accumulate) : NULL;
}

/* Takes the sites that the run in the worker shows to be made anew, when these are more than those it was lowered with; tells whether
 * they are. Else the former stay: what was told of runs was told of these. */
static bool
note_renewed (struct sp_worker *w, gir_fn fn)
{
  struct sp_solution model = sp_ground_solution (w->ground);
  u32_vec *known = &w->job->renewed[fn], now_known = { 0 };
  sp_find_renewed (&w->lowering, &model, &now_known);
  bool more = now_known.size > known->size;
  if (more)
    {
      u32_vec former = *known;
      *known = now_known;
      now_known = former;
    }
  vec_clear (&now_known);
  return more;
}

/* Runs @fn anew while its last run shows of more sites in cycles that their objects do not outlive their round: the next run makes these
 * anew in each, and may show it of others (papers/rules.md). */
static struct sp_summary *
run_staged (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool logging, bool *complete)
{
  struct sp_summary *s = run_once (w, fn, pass, logging, complete);
  bool staged = pass == SP_PASS_MAIN && sp_variant_precision (w->job->options->variant).versions;
  for (uint32_t n = 0; staged && *complete && n < w->job->budgets->stages; n++)
    {
      if (w->job->renewed[fn].size >= w->lowering.points.size || !note_renewed (w, fn))
        break;
      tell_of_run (w, fn, pass, NULL, STAGING);
      sp_summary_free (s);
      s = run_once (w, fn, pass, logging, complete);
    }
  return s;
}

bool
sp_worker_may_outline (const struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  const struct sp_function_result *r = &w->job->results[fn];
  bool better = r->analysed[SP_PASS_COARSE] && !r->outlined[SP_PASS_COARSE];
  return pass == SP_PASS_COARSE || (w->job->limits[SP_PASS_COARSE][fn] & SP_LIMIT_OUTLINE && !better);
}

/* Beyond its budgets, @fn does with short names and one object, and where the summary is still too large, without residual calls: what its
 * callers hand it to call is then lost. Where the run is too long, it does with the callees' outlines. NULL beyond them even so. */
static struct sp_summary *
run_limited (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool logging, bool *complete)
{
  static const struct
  {
    uint8_t limits;
    bool if_complete; /* only where the last run came to its end */
  } steps[] = { { SP_LIMIT_FRESH | SP_LIMIT_DEPTH | SP_LIMIT_CLONES, false },
                { SP_LIMIT_ALL & ~SP_LIMIT_OUTLINE, true },
                { SP_LIMIT_ALL & ~SP_LIMIT_RESIDUALS, false },
                { SP_LIMIT_ALL, false } };
  uint8_t *limits = &w->job->limits[pass][fn];
  struct sp_summary *s = NULL;
  w->statistics.coarsened++;
  for (unsigned k = 0; k < G_N_ELEMENTS (steps) && !s; k++)
    {
      bool allowed = !(steps[k].limits & SP_LIMIT_OUTLINE) || sp_worker_may_outline (w, fn, pass);
      if (!(steps[k].limits & ~*limits) || !allowed || (steps[k].if_complete && !*complete))
        continue;
      *limits |= steps[k].limits;
      s = run_once (w, fn, pass, logging, complete);
      w->statistics.outlined += *limits & SP_LIMIT_OUTLINE && *complete;
    }
  return s;
}

/* Sets the summary; tells whether it is another one. */
static bool
renew_summary (struct sp_worker *w, gir_fn fn, enum sp_pass pass, struct sp_summary *s)
{
  const struct sp_summary *old = w->job->summaries[pass][fn];
  bool same = old == s || (old && s && sp_summary_equal (old, s));
  if (same)
    sp_summary_free (s);
  else
    sp_worker_set_summary (w, fn, pass, s);
  return !same;
}

/* No run of @fn gave a summary: the coarse one stands for it, or none. */
static bool
do_without (struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  bool news = renew_summary (w, fn, pass, pass == SP_PASS_COARSE ? NULL : sp_worker_coarse_copy (w, fn));
  sp_worker_tell_of (w, pass == SP_PASS_COARSE ? SP_E_UNKNOWN : SP_E_COARSE, pass, fn);
  return news;
}

bool
sp_worker_update (struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  bool complete = false, *resigned = &w->job->resigned[pass][fn];
  struct sp_summary *s = *resigned ? NULL : run_once (w, fn, pass, false, &complete);
  if (!s && !*resigned)
    s = run_limited (w, fn, pass, false, &complete);
  if (!s)
    {
      *resigned = w->accumulate;
      return do_without (w, fn, pass);
    }
  bool news = renew_summary (w, fn, pass, s);
  if (w->closing || !w->accumulate)
    tell_of_run (w, fn, pass, w->job->summaries[pass][fn], SUMMARY);
  return news;
}

/* The function could not be analysed in this variant: the coarse verdicts stand, or heap. */
static void
degrade (struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  struct sp_function_result *r = &w->job->results[fn];
  r->degraded = r->tainted[pass] = true;
  vec_reset (&r->sites[pass]);
  if (pass == SP_PASS_MAIN)
    note_lost_clones (w, fn);
  if (pass == SP_PASS_MAIN && r->analysed[SP_PASS_COARSE])
    {
      vec_foreach (struct sp_site_verdict, v, &r->sites[SP_PASS_COARSE])
        vec_push (&r->sites[pass], *v);
      r->analysed[pass] = true;
    }
}

static void
decide (struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  bool main_pass = pass == SP_PASS_MAIN;
  if (!w->job->wanted[fn] && !(main_pass && wants_solver (w, fn)))
    {
      if (main_pass)
        note_clones (w);
      return;
    }
  struct sp_decision *decision = main_pass && wants_solver (w, fn) ? ask_solver (w, fn, false) : NULL;
  record_verdicts (w, fn, pass, decision);
  if (main_pass)
    note_clones (w);
  sp_decision_free (decision);
}

static void
note_residuals (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool complete)
{
  struct sp_settling s = { .program = w->job->program, .summaries = w->job->summaries[pass], .modelled = w->job->modelled };
  struct sp_solution model = sp_ground_solution (w->ground);
  bool *leaves = &w->job->results[fn].leaves[pass];
  *leaves = false;
  vec_foreach (const struct sp_call, c, &w->lowering.calls)
    *leaves |= complete && c->known && (c->residual || c->unknown);
  sp_settle_note (&s, fn, &w->lowering, &model, complete, &w->notes[pass]);
  tell (w, &(struct sp_evidence){ .kind = SP_E_NOTE, .pass = pass, .fn = fn, .complete = complete });
}

/* Decides the sites of @fn and takes its summary: without the limits that a fixpoint needed, since its callees' summaries stand. */
static void
single (struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  bool logging = (pass == SP_PASS_MAIN && wants_solver (w, fn)) || wants_derivations (w, fn), complete;
  w->job->limits[pass][fn] = 0;
  struct sp_summary *s = run_staged (w, fn, pass, logging, &complete);
  bool decided = complete, decides = complete;
  if (decided)
    decide (w, fn, pass);
  if (decided && pass == SP_PASS_COARSE)
    note_renewed (w, fn);
  if (!s)
    {
      if (decided)
        tell_of_run (w, fn, pass, NULL, DECIDING);
      s = run_limited (w, fn, pass, logging && !decided, &complete);
      decides = complete && !decided;
      if (decides)
        decide (w, fn, pass);
      decided |= complete;
    }
  if (s)
    renew_summary (w, fn, pass, s);
  if (s || decides)
    tell_of_run (w, fn, pass, s ? w->job->summaries[pass][fn] : NULL, decides ? DECIDING : SUMMARY);
  if (!s)
    do_without (w, fn, pass);
  note_residuals (w, fn, pass, complete);
  if (!decided)
    {
      degrade (w, fn, pass);
      sp_worker_tell_of (w, SP_E_UNDECIDED, pass, fn);
    }
}

/* The verdicts of the run that lies in the worker stand for the earlier ones. */
static void
decide_again (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool asked)
{
  struct sp_decision *decision = asked ? ask_solver (w, fn, true) : NULL;
  bool unsure = w->job->expanded[pass][fn] && w->job->results[fn].tainted[pass]; /* of callers, beside */
  record_verdicts (w, fn, pass, decision);
  w->job->results[fn].tainted[pass] |= unsure;
  sp_decision_free (decision);
  tell_of_run (w, fn, pass, NULL, DECIDING);
  sp_worker_tell_of (w, SP_E_DONE, pass, fn);
}

void
sp_worker_settled (struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  bool asked = pass == SP_PASS_MAIN && wants_solver (w, fn);
  if (!sp_worker_run (w, fn, pass, asked || wants_derivations (w, fn)))
    return; /* the verdicts of the first run stand */
  decide_again (w, fn, pass, asked);
}

/* Whether a site that stays in its frame by the verdicts that stand would not by the model that lies in the worker. */
static bool
loses_sites (const struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  vec_foreach (const struct sp_site_verdict, v, &w->job->results[fn].sites[pass])
    {
      uint32_t o = sp_relation_find (&w->lowering.universe.object_ids, (uint32_t[]){ SP_O_SITE, v->instr, 0 });
      if (o == SP_NO_TUPLE || (!v->heap_ideal && holds (w, SP_P_heapI, o)) || (!v->heap_go && holds (w, SP_P_heapG, o)))
        return true;
    }
  return false;
}

void
sp_worker_expanded (struct sp_worker *w, gir_fn fn, enum sp_pass pass)
{
  bool asked = pass == SP_PASS_MAIN && wants_solver (w, fn);
  w->job->expanded[pass][fn] = true;
  if (sp_worker_run (w, fn, pass, asked || wants_derivations (w, fn)) && !loses_sites (w, fn, pass))
    {
      decide_again (w, fn, pass, asked);
      return;
    }
  w->job->expanded[pass][fn] = false; /* the verdicts of the first run stand */
  w->job->results[fn].tainted[pass] = true;
}

/* The functions of component @c that the table of models does not speak for. The caller frees. */
static gir_fn *
analysed_members (const struct sp_job *job, uint32_t c, uint32_t *n)
{
  const struct gir_components *g = job->order->components;
  gir_fn *members = g_new (gir_fn, g->start[c + 1] - g->start[c] + 1);
  *n = 0;
  for (uint32_t k = g->start[c]; k < g->start[c + 1]; k++)
    if (!job->modelled[g->order[k]])
      members[(*n)++] = g->order[k];
  return members;
}

static void
component_pass (struct sp_worker *w, uint32_t c, enum sp_pass pass)
{
  uint32_t n;
  g_autofree gir_fn *members = analysed_members (w->job, c, &n);
  if (w->job->order->components->recursive[c])
    sp_worker_iterate (w, members, n, pass);
  for (uint32_t k = 0; k < n; k++)
    single (w, members[k], pass);
  w->cut_recursion = false;
}

void
sp_worker_component (struct sp_worker *w, uint32_t c)
{
  const struct gir_components *g = w->job->order->components;
  double start = now (), others = w->statistics.z3_s + w->statistics.verify_s;
  component_pass (w, c, SP_PASS_COARSE);
  double middle = now (), meanwhile = w->statistics.z3_s + w->statistics.verify_s;
  component_pass (w, c, SP_PASS_MAIN);
  sp_worker_tell_of (w, SP_E_DONE, SP_PASS_MAIN, g->order[g->start[c]]);
  w->statistics.coarse_s += middle - start - (meanwhile - others);
  w->statistics.solve_s += now () - middle - (w->statistics.z3_s + w->statistics.verify_s - meanwhile);
  w->statistics.functions += g->start[c + 1] - g->start[c];
  w->statistics.components++;
}
