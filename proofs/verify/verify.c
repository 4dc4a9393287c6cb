#include "proofs/verify/verify.h"

#include "base/u32map.h"
#include "constraints/models.h"
#include "constraints/settle.h"
#include "constraints/summarise.h"
#include "proofs/verify/derivation.h"

#include <time.h>

/* What stands for one function in one pass. */
struct standing
{
  uint8_t proof;             /* enum sp_proof, of the summary; SP_PROOF_NONE: nothing stands */
  uint8_t staged;            /* enum sp_proof, of the coarse run that the main pass rests on; SP_PROOF_NONE: it rests on none */
  bool assumed;              /* by the round of its component that goes on */
  bool noted;                /* what became of the residual calls of its callees is known */
  uint8_t sites;             /* enum sp_proof, of the claims on its sites */
  bool explained;            /* all its sites are claimed or refused */
  bool undecided;            /* no run decides them */
  bool settled;              /* these need its callers */
  uint32_t claims, n_claims; /* in the claims of worker */
  unsigned worker;
};

/* One member of the round that goes on. */
struct member
{
  gir_fn fn;
  uint8_t proof; /* of the run that gave back what was assumed; SP_PROOF_NONE before it */
};

struct problem
{
  enum sp_proof proof;
  gir_fn fn;
  enum sp_pass pass;
  char *text;
};

/* One for each thread that tells. */
struct checker
{
  struct sp_verifier *v;
  struct sp_environment env;
  struct sp_replay replay;
  struct sp_deriver *deriver;
  double deriving;          /* seconds */
  const struct sp_run *run; /* being checked */
  enum sp_pass pass;        /* what the event is about */
  gir_fn fn;
  enum sp_proof used; /* the worst of the summaries that lowering asked for */
  gir_fn ran;         /* whose run was the last */
  gir_fn loaded;      /* whose run lies in the replay, and holds; GIR_INVALID without */
  enum sp_pass loaded_pass;
  VEC (struct member) round;
  uint32_t before_round; /* problems */
  sp_settle_notes notes[SP_N_PASSES];
  VEC (struct sp_claim) claims;
  VEC (struct problem) problems;
  enum sp_proof worst;
  struct sp_verify_counts counts;
};

struct sp_verifier
{
  const GirProgram *program;
  struct sp_verify_setting setting;
  struct sp_types *types;
  struct sp_captures *captures;
  struct sp_captured *captured;
  struct sp_order *order;
  struct sp_callees *callees;
  bool *modelled;                             /* by function */
  struct sp_summary **summaries[SP_N_PASSES]; /* by function: those that stand; NULL: an unknown callee */
  struct standing *standings[SP_N_PASSES];    /* by function */
  u32_vec *renewed;                           /* by function: what the coarse pass tells the main one; see struct sp_environment */
  struct checker *checkers;
  unsigned n_checkers;
};

static struct standing *
standing (struct sp_verifier *v, enum sp_pass pass, gir_fn fn)
{
  return &v->standings[pass][fn];
}

static void
stand (struct sp_verifier *v, enum sp_pass pass, gir_fn fn, const struct sp_summary *s, enum sp_proof proof)
{
  struct sp_summary **slot = &v->summaries[pass][fn];
  struct sp_summary *old = *slot;
  *slot = s ? sp_summary_copy (s) : NULL;
  sp_summary_free (old);
  standing (v, pass, fn)->proof = (uint8_t)proof;
}

static bool
same_summary (const struct sp_summary *a, const struct sp_summary *b)
{
  return a && b ? sp_summary_same (a, b) : a == b;
}

/* --- what lowering asks for -------------------------------------------------------------------------- */

/* The summary that stands for @fn, where it is done for sure: in a component of a lower level, or in @from's own. All others are unknown.
 */
static const struct sp_summary *
find_summary (void *data, gir_fn from, gir_fn fn, bool *recursive)
{
  struct checker *c = data;
  const struct sp_order *o = c->v->order;
  uint32_t mine = o->components->component[from], other = o->components->component[fn];
  *recursive = mine == other && !c->v->modelled[fn];
  if (*recursive && c->run->cut)
    return NULL;
  if (mine != other && o->level[other] >= o->level[mine] && !c->run->expanded)
    return NULL;
  const struct standing *s = standing (c->v, c->pass, fn);
  if (mine == other && !o->components->recursive[mine] && s->proof == SP_PROOF_NONE)
    return NULL; /* a dynamic call of itself */
  enum sp_proof proof = s->assumed && c->run->iterating ? SP_PROOF_VALID : (enum sp_proof)s->proof;
  if (proof != SP_PROOF_VALID)
    c->used = SP_PROOF_HOLEY;
  return c->v->summaries[c->pass][fn];
}

static void
apply_models (struct sp_verifier *v)
{
  for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
    for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
      {
        bool collapsed = pass == SP_PASS_COARSE || !v->setting.precision.fields;
        v->modelled[fn] = sp_model_summary (v->types, fn, collapsed, &v->summaries[pass][fn]);
        v->standings[pass][fn].proof = v->modelled[fn] ? SP_PROOF_VALID : SP_PROOF_NONE;
        v->standings[pass][fn].noted = v->modelled[fn];
      }
}

struct sp_verifier *
sp_verifier_new (const GirProgram *program, const struct sp_verify_setting *setting, unsigned n_workers)
{
  struct sp_verifier *v = g_new0 (struct sp_verifier, 1);
  v->program = program;
  v->setting = *setting;
  v->types = sp_types_new (program);
  v->captures = sp_captures_new (program);
  v->captured = sp_captured_new (program, v->captures);
  v->callees = sp_callees_new (program, setting->closed, setting->budgets->targets);
  v->order = sp_order_new (program, v->captured);
  v->modelled = g_new0 (bool, program->n_funcs + 1);
  v->renewed = g_new0 (u32_vec, program->n_funcs + 1);
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    {
      v->summaries[pass] = g_new0 (struct sp_summary *, program->n_funcs + 1);
      v->standings[pass] = g_new0 (struct standing, program->n_funcs + 1);
    }
  apply_models (v);
  v->checkers = g_new0 (struct checker, n_workers);
  v->n_checkers = n_workers;
  for (unsigned k = 0; k < n_workers; k++)
    {
      struct checker *c = &v->checkers[k];
      c->v = v;
      c->loaded = c->ran = GIR_INVALID;
      c->env = (struct sp_environment){ program,     v->types,   setting->budgets, find_summary, v->captures,
                                        v->captured, v->renewed, v->modelled,      v->callees,   c };
      sp_replay_init (&c->replay, &c->env, setting->rules);
      c->deriver = sp_deriver_new (setting->rules, c->replay.relations);
    }
  return v;
}

void
sp_verifier_free (struct sp_verifier *v)
{
  if (!v)
    return;
  for (unsigned k = 0; k < v->n_checkers; k++)
    {
      struct checker *c = &v->checkers[k];
      sp_deriver_free (c->deriver);
      sp_replay_done (&c->replay);
      vec_foreach (struct problem, p, &c->problems)
        g_free (p->text);
      vec_clear (&c->problems);
      vec_clear (&c->round);
      vec_clear (&c->claims);
      for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
        vec_clear (&c->notes[pass]);
    }
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    {
      for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
        sp_summary_free (v->summaries[pass][fn]);
      g_free (v->summaries[pass]);
      g_free (v->standings[pass]);
    }
  for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
    vec_clear (&v->renewed[fn]);
  g_free (v->renewed);
  g_free (v->checkers);
  g_free (v->modelled);
  sp_order_free (v->order);
  sp_callees_free (v->callees);
  sp_captured_free (v->captured);
  sp_captures_free (v->captures);
  sp_types_free (v->types);
  g_free (v);
}

/* --- problems ---------------------------------------------------------------------------------------- */

static void
append_position (const struct checker *c, uint32_t value, GString *text)
{
  const GirProgram *p = c->v->program;
  const struct gir_func *f = &p->funcs[c->fn];
  uint32_t i = sp_value_instr (&c->replay.lowering, value);
  if (i < f->n_instrs && f->instrs[i].pos.line)
    g_string_append_printf (text, " %s:%u:%u", gir_string (p, p->files[f->instrs[i].pos.file]), f->instrs[i].pos.line,
                            f->instrs[i].pos.col);
}

static char *
describe_violation (const struct checker *c, const struct sp_violation *x)
{
  GString *text = g_string_new (NULL);
  const struct sp_rule *r = x->rule;
  g_string_append_printf (text, "rule `%s` fails", r->name);
  for (unsigned b = 0; b < r->n_body; b++)
    for (unsigned i = 0; i < c->v->setting.rules->preds[r->body[b].pred].arity; i++)
      if (c->v->setting.rules->preds[r->body[b].pred].domains[i] == 'V' && r->body[b].args[i] != SP_WILDCARD)
        append_position (c, x->env[r->body[b].args[i]], text);
  return g_string_free (text, FALSE);
}

/* Takes @text. */
static enum sp_proof
complain (struct checker *c, enum sp_proof proof, char *text)
{
  vec_push (&c->problems, ((struct problem){ proof, c->fn, c->pass, text }));
  return proof;
}

static enum sp_proof
worse (enum sp_proof a, enum sp_proof b)
{
  return MAX (a, b);
}

/* --- runs -------------------------------------------------------------------------------------------- */

static bool
may_be_heap (const struct checker *c, const struct sp_claim *claim)
{
  const struct sp_solution *s = &c->replay.solution;
  uint32_t site[] = { SP_O_SITE, claim->instr, 0 }, o = sp_relation_find (&c->replay.lowering.universe.object_ids, site);
  if (o == SP_NO_TUPLE)
    return true;
  return (claim->ideal && sp_solution_holds (s, SP_P_heapI, &o)) || (claim->go && sp_solution_holds (s, SP_P_heapG, &o));
}

static enum sp_proof
check_claims (struct checker *c)
{
  for (uint32_t k = 0; k < c->run->n_claims; k++)
    {
      c->counts.claims += c->run->claims[k].ideal || c->run->claims[k].go;
      if (may_be_heap (c, &c->run->claims[k]))
        return complain (c, SP_PROOF_INVALID, g_strdup_printf ("the site of instruction %u may be heap", c->run->claims[k].instr));
    }
  return SP_PROOF_VALID;
}

/* --- derivations -------------------------------------------------------------------------------------- */

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Under which runtimes the sites of a function were told of, by bit. */
enum
{
  IDEAL = 1,
  GO = 2
};

static uint32_t
runtimes (bool ideal, bool go)
{
  return (ideal ? IDEAL : 0u) | (go ? GO : 0u);
}

/* Whether the steps derive what @r says. */
static bool
refusal_holds (const struct checker *c, const struct sp_refusal *r)
{
  uint32_t site[] = { SP_O_SITE, r->instr, 0 }, o = sp_relation_find (&c->replay.lowering.universe.object_ids, site);
  return o != SP_NO_TUPLE && (!r->ideal || sp_deriver_holds (c->deriver, SP_P_heapI, o))
         && (!r->go || sp_deriver_holds (c->deriver, SP_P_heapG, o));
}

/* Each site of the function is claimed or refused under either runtime. */
static enum sp_proof
check_sites (struct checker *c)
{
  struct u32map told = { 0 };
  uint32_t missing = SP_NO_TUPLE;
  for (uint32_t k = 0; k < c->run->n_claims; k++)
    *u32map_at (&told, c->run->claims[k].instr, 0) |= runtimes (c->run->claims[k].ideal, c->run->claims[k].go);
  for (uint32_t k = 0; k < c->run->n_refusals; k++)
    {
      const struct sp_refusal *r = &c->run->refusals[k];
      *u32map_at (&told, r->instr, 0) |= runtimes (r->ideal || r->unanswered, r->go || r->unanswered);
    }
  vec_foreach (const struct sp_object, o, &c->replay.lowering.universe.objects)
    if (o->kind == SP_O_SITE && o->b == 0 && u32map_get (&told, o->a, 0) != (IDEAL | GO))
      missing = o->a;
  u32map_clear (&told);
  if (missing == SP_NO_TUPLE)
    return SP_PROOF_VALID;
  return complain (c, SP_PROOF_HOLEY, g_strdup_printf ("the site of instruction %u is neither claimed nor derived to be heap", missing));
}

static enum sp_proof
check_refusals (struct checker *c)
{
  uint32_t step;
  if (!sp_deriver_replay (c->deriver, &c->replay, &step))
    return complain (c, SP_PROOF_INVALID,
                     g_strdup_printf ("step %u of the derivations is no instance of rule `%s` whose premises hold", step + 1,
                                      c->v->setting.rules->rules[c->run->steps[step].rule].name));
  for (uint32_t k = 0; k < c->run->n_refusals; k++)
    {
      const struct sp_refusal *r = &c->run->refusals[k];
      if (!refusal_holds (c, r))
        return complain (c, SP_PROOF_INVALID, g_strdup_printf ("the site of instruction %u is not derived to be heap", r->instr));
      c->counts.refusals += r->ideal || r->go;
      c->counts.undecided += r->unanswered;
    }
  c->counts.steps += c->run->n_steps;
  return c->run->explains ? check_sites (c) : SP_PROOF_VALID;
}

/* What is said of the sites that are not claimed. */
static enum sp_proof
check_derivations (struct checker *c)
{
  double start = now ();
  enum sp_proof proof = check_refusals (c);
  c->deriving += now () - start;
  return proof;
}

/* --- solutions ---------------------------------------------------------------------------------------- */

/* Whether the run's solution is one, and gives the summary it claims. */
static enum sp_proof
check_solution (struct checker *c)
{
  struct sp_violation violation;
  if (!sp_closure_holds (c->replay.closure, &c->replay.lowering.universe, &violation))
    return complain (c, SP_PROOF_INVALID, describe_violation (c, &violation));
  if (!c->run->summary)
    return SP_PROOF_VALID;
  struct sp_summary *s = sp_summarise (&c->replay.lowering, &c->replay.solution, c->run->iterating);
  bool same = same_summary (s, c->run->summary);
  sp_summary_free (s);
  c->counts.summaries++;
  return same ? SP_PROOF_VALID : complain (c, SP_PROOF_INVALID, g_strdup ("the summary is another one than what the solution gives"));
}

static enum sp_proof
check_run (struct checker *c, enum sp_pass pass, gir_fn fn, const struct sp_run *run)
{
  static const struct sp_precision coarse = { false, false };
  c->run = run;
  c->used = SP_PROOF_VALID;
  c->counts.runs++;
  const struct sp_summary *before = run->iterating ? c->v->summaries[pass][fn] : NULL;
  const struct standing *coarse_one = standing (c->v, SP_PASS_COARSE, fn);
  if (pass == SP_PASS_MAIN && (!coarse_one->noted || coarse_one->staged > SP_PROOF_VALID))
    return complain (c, SP_PROOF_HOLEY, g_strdup ("the coarse run that it rests on is not proved"));
  if ((run->settled || run->expanded) && run->summary)
    return complain (c, SP_PROOF_INVALID, g_strdup ("a settled run gives no summary"));
  const char *wrong = sp_replay_run (&c->replay, fn, pass == SP_PASS_COARSE ? coarse : c->v->setting.precision, before, run);
  for (unsigned p = 0; p < c->v->setting.rules->n_preds; p++)
    c->counts.tuples += run->derived[p].n;
  if (c->used != SP_PROOF_VALID)
    return complain (c, SP_PROOF_HOLEY, g_strdup ("a summary that it uses is not proved"));
  return wrong ? complain (c, SP_PROOF_INVALID, g_strdup (wrong)) : check_solution (c);
}

/* The coarse run without limits says what the main pass is lowered with at first; a main run, what the next ones are. */
static void
stage (struct checker *c, enum sp_pass pass, gir_fn fn, enum sp_proof proof)
{
  if (pass == SP_PASS_COARSE)
    standing (c->v, pass, fn)->staged = (uint8_t)proof;
  if (proof == SP_PROOF_VALID)
    sp_find_renewed (&c->replay.lowering, &c->replay.solution, &c->v->renewed[fn]);
}

static struct member *
find_member (struct checker *c, gir_fn fn)
{
  vec_foreach (struct member, m, &c->round)
    if (m->fn == fn)
      return m;
  return NULL;
}

/* A run of the round gave @s for @fn. */
static void
give_back (struct checker *c, enum sp_pass pass, gir_fn fn, const struct sp_summary *s, enum sp_proof proof)
{
  struct member *m = find_member (c, fn);
  if (!m)
    return;
  if (!same_summary (s, c->v->summaries[pass][fn]))
    proof = worse (proof, complain (c, SP_PROOF_INVALID, g_strdup ("the round gives another summary than it assumes")));
  m->proof = (uint8_t)proof;
}

static void
take_run (struct checker *c, const struct sp_evidence *e)
{
  const struct sp_run *run = e->run;
  struct standing *s = standing (c->v, e->pass, e->fn);
  enum sp_proof proof = check_run (c, e->pass, e->fn, run);
  if (run->iterating)
    give_back (c, e->pass, e->fn, run->summary, proof);
  else if (run->summary)
    stand (c->v, e->pass, e->fn, run->summary, proof);
  bool stages = e->pass == SP_PASS_COARSE ? run->decides && !run->limits : run->stages;
  if (stages && !run->iterating && !run->settled && !run->expanded)
    stage (c, e->pass, e->fn, proof);
  if (run->decides && !run->iterating)
    {
      s->sites = (uint8_t)(proof == SP_PROOF_VALID ? check_claims (c) : proof);
      if (s->sites == SP_PROOF_VALID)
        s->sites = (uint8_t)check_derivations (c);
      s->explained = run->explains;
      s->settled = run->settled;
      s->worker = (unsigned)(c - c->v->checkers);
      s->claims = c->claims.size;
      s->n_claims = run->n_claims;
      for (uint32_t k = 0; k < run->n_claims; k++)
        vec_push (&c->claims, run->claims[k]);
      c->worst = worse (c->worst, (enum sp_proof)s->sites);
    }
  if (!run->iterating)
    c->worst = worse (c->worst, proof);
  c->loaded = proof == SP_PROOF_VALID && !run->iterating && !run->settled && !run->expanded ? e->fn : GIR_INVALID;
  c->loaded_pass = e->pass;
  c->ran = run->iterating ? GIR_INVALID : e->fn;
}

/* --- rounds ------------------------------------------------------------------------------------------ */

/* What was given back for an assumption that is another one now means nothing. */
static void
assume (struct checker *c, const struct sp_evidence *e)
{
  if (c->round.size == 0)
    c->before_round = c->problems.size;
  vec_foreach (struct member, m, &c->round)
    m->proof = SP_PROOF_NONE;
  if (!find_member (c, e->fn))
    vec_push (&c->round, ((struct member){ e->fn, SP_PROOF_NONE }));
  stand (c->v, e->pass, e->fn, e->summary, SP_PROOF_NONE);
  standing (c->v, e->pass, e->fn)->assumed = true;
}

/* The members' summaries rest on one another: they are as good as the worst of them. */
static void
end_round (struct checker *c, enum sp_pass pass, bool closed)
{
  enum sp_proof proof = SP_PROOF_VALID;
  vec_foreach (struct member, m, &c->round)
    proof = worse (proof, m->proof == SP_PROOF_NONE ? SP_PROOF_HOLEY : (enum sp_proof)m->proof);
  vec_foreach (struct member, m, &c->round)
    {
      standing (c->v, pass, m->fn)->assumed = false;
      standing (c->v, pass, m->fn)->proof = (uint8_t)(closed ? proof : SP_PROOF_NONE);
    }
  if (closed)
    c->worst = worse (c->worst, proof);
  while (!closed && c->round.size && c->problems.size > c->before_round)
    g_free (vec_pop (&c->problems).text);
  vec_reset (&c->round);
}

/* --- events ------------------------------------------------------------------------------------------ */

static void
replace (struct checker *c, const struct sp_evidence *e, const struct sp_summary *s, enum sp_proof proof)
{
  if (standing (c->v, e->pass, e->fn)->assumed)
    give_back (c, e->pass, e->fn, s, proof);
  else
    stand (c->v, e->pass, e->fn, s, proof);
}

static void
take_note (struct checker *c, const struct sp_evidence *e)
{
  struct sp_settling s = { .program = c->v->program, .summaries = c->v->summaries[e->pass], .modelled = c->v->modelled };
  bool lacking = e->complete && c->ran != e->fn;
  if (lacking)
    c->worst = worse (c->worst, complain (c, SP_PROOF_HOLEY, g_strdup ("its last run is absent")));
  bool complete = e->complete && c->loaded == e->fn && c->loaded_pass == e->pass;
  sp_settle_note (&s, e->fn, complete ? &c->replay.lowering : NULL, &c->replay.solution, complete, &c->notes[e->pass]);
  standing (c->v, e->pass, e->fn)->noted = !lacking;
}

void
sp_verifier_tell (struct sp_verifier *v, unsigned worker, const struct sp_evidence *e)
{
  struct checker *c = &v->checkers[worker];
  c->pass = e->pass;
  c->fn = e->fn;
  c->run = NULL;
  if (v->modelled[e->fn] && e->kind != SP_E_DONE)
    {
      c->worst = complain (c, SP_PROOF_INVALID, g_strdup ("the table of models speaks for it, and nothing else does"));
      return;
    }
  switch (e->kind)
    {
    case SP_E_ASSUME: assume (c, e); break;
    case SP_E_RUN: take_run (c, e); break;
    case SP_E_COARSE: replace (c, e, v->summaries[SP_PASS_COARSE][e->fn], (enum sp_proof)standing (v, SP_PASS_COARSE, e->fn)->proof); break;
    case SP_E_UNDECIDED: standing (v, e->pass, e->fn)->undecided = true; break;
    case SP_E_UNKNOWN: replace (c, e, NULL, SP_PROOF_VALID); break;
    case SP_E_CLOSE: end_round (c, e->pass, true); break;
    case SP_E_NOTE: take_note (c, e); break;
    default: SP_CHECK (e->kind == SP_E_FORGET || e->kind == SP_E_DONE); end_round (c, e->pass, false);
    }
}

/* --- the end ----------------------------------------------------------------------------------------- */

/* Functions that nothing was told of may do anything with what they call. */
static void
note_absent (struct sp_verifier *v, enum sp_pass pass)
{
  struct checker *c = &v->checkers[0];
  for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
    if (!standing (v, pass, fn)->noted)
      take_note (c, &(struct sp_evidence){ .pass = pass, .fn = fn });
}

static void
check_presence (struct sp_verifier *v, enum sp_pass pass)
{
  struct checker *c = &v->checkers[0];
  for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
    if (!standing (v, pass, fn)->noted || standing (v, pass, fn)->proof == SP_PROOF_NONE)
      {
        c->fn = fn;
        c->pass = pass;
        c->worst = worse (c->worst, complain (c, SP_PROOF_HOLEY, g_strdup ("nothing is told of it")));
      }
}

/* Whether all is told of the verdicts on the sites of @fn that @pass would decide: they are derived, or were not to be had. */
static bool
is_explained (struct sp_verifier *v, enum sp_pass pass, gir_fn fn)
{
  const struct standing *s = standing (v, pass, fn);
  return s->explained || (s->undecided && s->sites == SP_PROOF_NONE && (pass == SP_PASS_COARSE || is_explained (v, SP_PASS_COARSE, fn)));
}

static bool
is_to_be_derived (const struct sp_verifier *v, gir_fn fn)
{
  const struct gir_func *f = &v->program->funcs[fn];
  bool asked = v->setting.derived == SP_DERIVED_ALL || (v->setting.derived == SP_DERIVED_ROOTS && v->program->pkgs[f->pkg].root);
  return asked && !v->modelled[fn];
}

static void
check_explained (struct sp_verifier *v)
{
  struct checker *c = &v->checkers[0];
  c->pass = SP_PASS_MAIN;
  for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
    if (is_to_be_derived (v, fn))
      {
        c->fn = fn;
        c->counts.undecided += standing (v, SP_PASS_MAIN, fn)->undecided;
        if (!is_explained (v, SP_PASS_MAIN, fn))
          c->worst = worse (c->worst, complain (c, SP_PROOF_HOLEY, g_strdup ("nothing derives the verdicts on its sites")));
      }
}

static bool
any_settled (const struct sp_verifier *v, enum sp_pass pass)
{
  for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
    if (v->standings[pass][fn].settled)
      return true;
  return false;
}

/* Verdicts that need all callers of a function hold where these were told of, and let it only lend. */
static void
check_settled (struct sp_verifier *v, enum sp_pass pass)
{
  struct checker *c = &v->checkers[0];
  struct sp_settling s = { v->program, v->summaries[pass], v->modelled, v->setting.closed };
  const sp_settle_notes **notes = g_new (const sp_settle_notes *, v->n_checkers);
  g_autofree bool *settled = g_new (bool, v->program->n_funcs + 1);
  enum sp_proof otherwise = sp_verifier_verdict (v) == SP_PROOF_VALID ? SP_PROOF_INVALID : SP_PROOF_HOLEY;
  note_absent (v, pass);
  for (unsigned k = 0; k < v->n_checkers; k++)
    notes[k] = &v->checkers[k].notes[pass];
  sp_settle (&s, notes, v->n_checkers, settled, NULL);
  g_free (notes);
  for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
    if (standing (v, pass, fn)->settled && !settled[fn])
      {
        c->fn = fn;
        c->pass = pass;
        standing (v, pass, fn)->sites = (uint8_t)complain (c, otherwise, g_strdup ("not all its callers are known to keep nothing"));
        c->worst = worse (c->worst, otherwise);
      }
}

void
sp_verifier_end (struct sp_verifier *v)
{
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    check_presence (v, (enum sp_pass)pass);
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    if (any_settled (v, (enum sp_pass)pass))
      check_settled (v, (enum sp_pass)pass);
  check_explained (v);
}

/* --- the outcome ------------------------------------------------------------------------------------- */

const struct sp_order *
sp_verifier_order (const struct sp_verifier *v)
{
  return v->order;
}

enum sp_proof
sp_verifier_proof (const struct sp_verifier *v, enum sp_pass pass, gir_fn fn)
{
  return (enum sp_proof)v->standings[pass][fn].sites;
}

enum sp_proof
sp_verifier_verdict (const struct sp_verifier *v)
{
  enum sp_proof worst = SP_PROOF_NONE;
  for (unsigned k = 0; k < v->n_checkers; k++)
    worst = worse (worst, v->checkers[k].worst);
  return worst == SP_PROOF_NONE ? SP_PROOF_HOLEY : worst;
}

struct sp_verify_counts
sp_verifier_counts (const struct sp_verifier *v)
{
  struct sp_verify_counts sum = { 0 };
  for (unsigned k = 0; k < v->n_checkers; k++)
    {
      sum.runs += v->checkers[k].counts.runs;
      sum.summaries += v->checkers[k].counts.summaries;
      sum.claims += v->checkers[k].counts.claims;
      sum.refusals += v->checkers[k].counts.refusals;
      sum.steps += v->checkers[k].counts.steps;
      sum.undecided += v->checkers[k].counts.undecided;
      sum.tuples += v->checkers[k].counts.tuples;
    }
  return sum;
}

double
sp_verifier_replay_seconds (const struct sp_verifier *v)
{
  double sum = 0;
  for (unsigned k = 0; k < v->n_checkers; k++)
    sum += v->checkers[k].deriving;
  return sum;
}

/* Invalid ones come first. */
static int
compare_lines (const void *a, const void *b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

enum
{
  MAX_LINES = 20
};

char *
sp_verifier_messages (const struct sp_verifier *v)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  for (unsigned k = 0; k < v->n_checkers; k++)
    vec_foreach (const struct problem, p, &v->checkers[k].problems)
      g_ptr_array_add (lines, g_strdup_printf ("%s: %s (%s): %s\n", p->proof == SP_PROOF_INVALID ? "invalid" : "lacking",
                                               gir_string (v->program, v->program->funcs[p->fn].name),
                                               p->pass == SP_PASS_COARSE ? "coarse" : "main", p->text));
  if (lines->len)
    qsort (lines->pdata, lines->len, sizeof *lines->pdata, compare_lines);
  GString *text = g_string_new (NULL);
  for (guint k = 0; k < MIN (lines->len, MAX_LINES); k++)
    g_string_append (text, lines->pdata[k]);
  if (lines->len > MAX_LINES)
    g_string_append_printf (text, "and %u more\n", lines->len - MAX_LINES);
  return g_string_free (text, FALSE);
}

void
sp_verifier_foreach_claim (const struct sp_verifier *v, sp_claim_func each, void *data)
{
  for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
    for (unsigned pass = SP_N_PASSES; pass-- > 0;)
      {
        const struct standing *s = &v->standings[pass][fn];
        if (s->sites == SP_PROOF_NONE)
          continue;
        for (uint32_t k = 0; s->sites == SP_PROOF_VALID && k < s->n_claims; k++)
          each (data, fn, &v->checkers[s->worker].claims.data[s->claims + k]);
        break;
      }
}
