/* The engine: sets up a job, drives the workers level by level, runs the baseline beside them, and joins what they found into verdicts. */
#include "constraints/models.h"
#include "constraints/sites.h"
#include "solver/analyse.h"
#include "solver/baseline.h"
#include "solver/gc_model.h"

#include <time.h>

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Of this thread alone: for what is compared with the workers' times. */
static double
processor_now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

const char *
sp_reason_text (enum sp_reason reason)
{
  static const char *const texts[] = {
#define SP_REASON(name, text) text,
#include "solver/reasons.def"
#undef SP_REASON
  };
  return reason < SP_N_REASONS ? texts[reason] : "";
}

/* --- the job ----------------------------------------------------------------------------------------- */

static void
find_wanted (struct sp_job *job)
{
  const GirProgram *p = job->program;
  job->wanted = g_new0 (bool, p->n_funcs + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    job->wanted[fn] = job->options->all_packages || p->pkgs[p->funcs[fn].pkg].root;
}

static void
apply_models (struct sp_job *job)
{
  uint32_t n = job->program->n_funcs;
  bool fields = sp_variant_precision (job->options->variant).fields;
  job->modelled = g_new0 (bool, n + 1);
  job->renewed = g_new0 (u32_vec, n + 1);
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    job->summaries[pass] = g_new0 (struct sp_summary *, n + 1);
  for (gir_fn fn = 0; fn < n; fn++)
    {
      job->modelled[fn] = sp_model_summary (job->types, fn, true, &job->summaries[SP_PASS_COARSE][fn]);
      sp_model_summary (job->types, fn, !fields, &job->summaries[SP_PASS_MAIN][fn]);
    }
}

static void
job_free (struct sp_job *job)
{
  if (!job)
    return;
  uint32_t n = job->program->n_funcs;
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    {
      for (gir_fn fn = 0; fn < n; fn++)
        sp_summary_free (job->summaries[pass][fn]);
      g_free (job->summaries[pass]);
      g_free (job->settled[pass]);
      g_free (job->expanded[pass]);
      g_free (job->limits[pass]);
      g_free (job->resigned[pass]);
    }
  for (gir_fn fn = 0; job->results && fn < n; fn++)
    for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
      vec_clear (&job->results[fn].sites[pass]);
  g_free (job->results);
  g_free ((struct sp_options *)job->options);
  g_free ((struct sp_budgets *)job->budgets);
  for (gir_fn fn = 0; fn < job->program->n_funcs; fn++)
    vec_clear (&job->renewed[fn]);
  g_free (job->renewed);
  g_free (job->modelled);
  g_free (job->wanted);
  sp_types_free ((struct sp_types *)job->types);
  sp_captured_free ((struct sp_captured *)job->captured);
  sp_captures_free ((struct sp_captures *)job->captures);
  sp_order_free ((struct sp_order *)job->order);
  sp_callees_free ((struct sp_callees *)job->callees);
  sp_rules_free ((struct sp_rules *)job->rules);
  g_free (job);
}

static struct sp_job *
job_new (GirProgram *p, const struct sp_options *options, GError **error)
{
  struct sp_rules *rules
      = sp_rules_parse (options->rules ? "rules" : "escape.dl", options->rules ? options->rules : sp_rules_builtin, error);
  if (!rules)
    return NULL;
  struct sp_job *job = g_new0 (struct sp_job, 1);
  job->program = p;
  job->rules = rules;
  job->options = g_memdup2 (options, sizeof *options);
  job->budgets = g_memdup2 (options->budgets ? options->budgets : &sp_budgets_default, sizeof *job->budgets);
  job->types = sp_types_new (p);
  job->captures = sp_captures_new (p);
  job->captured = sp_captured_new (p, job->captures);
  job->callees = sp_callees_new (p, sp_world_closed (p, options), job->budgets->targets);
  job->order = sp_order_new (p, job->captured);
  job->results = g_new0 (struct sp_function_result, p->n_funcs + 1);
  find_wanted (job);
  apply_models (job);
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    {
      job->settled[pass] = g_new0 (bool, p->n_funcs + 1);
      job->expanded[pass] = g_new0 (bool, p->n_funcs + 1);
      job->limits[pass] = g_new0 (uint8_t, p->n_funcs + 1);
      job->resigned[pass] = g_new0 (bool, p->n_funcs + 1);
    }
  return job;
}

/* --- workers ----------------------------------------------------------------------------------------- */

struct crew
{
  const struct sp_job *job;
  struct sp_worker *workers;
  unsigned n;
  GMutex lock;
  GCond turn;
  uint32_t level;     /* being worked on */
  uint32_t next, end; /* of by_level */
  unsigned busy;      /* components being worked on */
  uint32_t done, total;
};

static void
report_progress (struct crew *crew)
{
  const struct sp_options *o = crew->job->options;
  if (o->progress && crew->done % 64 == 0)
    o->progress ("analysing", crew->done, crew->total, o->user);
}

/* The next component; waits while a level is being finished by others, since the next one rests on all of it. @finished: the caller comes
 * back from a component. GIR_INVALID when all is done. */
static uint32_t
take_component (struct crew *crew, bool finished)
{
  const struct sp_order *order = crew->job->order;
  uint32_t c = GIR_INVALID;
  g_mutex_lock (&crew->lock);
  crew->busy -= finished;
  while (crew->next == crew->end && crew->level + 1 < order->n_levels)
    {
      if (crew->busy > 0)
        {
          g_cond_wait (&crew->turn, &crew->lock);
          continue;
        }
      crew->level++;
      crew->next = order->first[crew->level];
      crew->end = order->first[crew->level + 1];
    }
  if (crew->next < crew->end)
    {
      c = order->by_level[crew->next++];
      crew->busy++;
      crew->done++;
      report_progress (crew);
    }
  g_cond_broadcast (&crew->turn);
  g_mutex_unlock (&crew->lock);
  return c;
}

struct seat
{
  struct crew *crew;
  struct sp_worker *worker;
};

/* Which functions are settled, and which it is not known of: those' verdicts may be coarser than what a caller finds. */
static void
settle (struct crew *crew, bool closed)
{
  const struct sp_job *job = crew->job;
  g_autofree const sp_settle_notes **notes = g_new (const sp_settle_notes *, crew->n);
  g_autofree bool *unsure = g_new (bool, job->program->n_funcs + 1);
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    {
      struct sp_settling s = { job->program, job->summaries[pass], job->modelled, closed };
      for (unsigned k = 0; k < crew->n; k++)
        notes[k] = &crew->workers[k].notes[pass];
      sp_settle (&s, notes, crew->n, job->settled[pass], unsure);
      for (gir_fn fn = 0; fn < job->program->n_funcs; fn++)
        job->results[fn].tainted[pass] |= unsure[fn];
    }
}

/* Functions that are settled, or leave calls of which it is known what they may call, are lowered anew; all summaries stay as they are. */
static void
decide_settled (struct crew *crew)
{
  const struct sp_job *job = crew->job;
  for (gir_fn fn = 0; fn < job->program->n_funcs; fn++)
    for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
      if (!job->wanted[fn] || job->modelled[fn])
        continue;
      else if (job->settled[pass][fn])
        sp_worker_settled (&crew->workers[0], fn, (enum sp_pass)pass);
      else if (job->results[fn].leaves[pass])
        sp_worker_expanded (&crew->workers[0], fn, (enum sp_pass)pass);
}

static gpointer
work (gpointer data)
{
  struct seat *seat = data;
  for (uint32_t c = take_component (seat->crew, false); c != GIR_INVALID; c = take_component (seat->crew, true))
    sp_worker_component (seat->worker, c);
  return NULL;
}

static void
run_crew (struct crew *crew)
{
  SP_CHECK (crew->n >= 1);
  GThread **threads = g_new0 (GThread *, crew->n);
  struct seat *seats = g_new0 (struct seat, crew->n);
  for (unsigned k = 0; k < crew->n; k++)
    seats[k] = (struct seat){ crew, &crew->workers[k] };
  for (unsigned k = 1; k < crew->n; k++)
    threads[k] = g_thread_try_new ("worker", work, &seats[k], NULL); /* without one, the others do its share */
  work (&seats[0]);
  for (unsigned k = 1; k < crew->n; k++)
    if (threads[k])
      g_thread_join (threads[k]);
  g_free (threads);
  g_free (seats);
}

static void
add_statistics (struct sp_statistics *to, const struct sp_statistics *from)
{
#define SP_STATISTIC(name, help) to->name += from->name;
#define SP_SECONDS(name, help) to->name += from->name;
#include "solver/statistics.def"
#undef SP_STATISTIC
#undef SP_SECONDS
}

/* --- verdicts ---------------------------------------------------------------------------------------- */

struct collector
{
  struct sp_job *job;
  const struct sp_baseline *baseline;
  VEC (struct sp_verdict) verdicts;
};

static const struct sp_site_verdict *
find_site (const struct sp_function_result *r, enum sp_pass pass, uint32_t instr)
{
  for (uint32_t k = 0; k < r->sites[pass].size; k++)
    if (r->sites[pass].data[k].instr == instr)
      return &r->sites[pass].data[k];
  return NULL;
}

static struct sp_verdict
start_verdict (const struct sp_job *job, gir_fn fn, struct gir_pos pos, uint8_t kind, gir_str text)
{
  return (struct sp_verdict){ .pos = pos, .fn = fn, .pkg = job->program->funcs[fn].pkg, .kind = (enum gir_site_kind)kind, .text = text };
}

static enum sp_proof
proof_of (const struct sp_job *job, gir_fn fn, enum sp_pass pass)
{
  const struct sp_witness *w = job->options->witness;
  return w && w->proof ? w->proof (w->user, pass, fn) : SP_PROOF_NONE;
}

static void
collect_instr (struct collector *c, gir_fn fn, uint32_t i, bool dead)
{
  const struct sp_job *job = c->job;
  const struct gir_func *f = &job->program->funcs[fn];
  const struct sp_function_result *r = &job->results[fn];
  struct sp_verdict v = start_verdict (job, fn, f->instrs[i].pos, f->instrs[i].site, f->instrs[i].text);
  const struct sp_site_verdict *fine = find_site (r, SP_PASS_MAIN, i), *coarse = find_site (r, SP_PASS_COARSE, i);
  v.unallocated = dead || sp_site_never_allocates (job->program, f, &f->instrs[i]);
  v.degraded = r->degraded || !fine || fine->unanswered;
  v.heap_go = fine ? fine->heap_go : true;
  v.heap_ideal = fine ? fine->heap_ideal : true;
  v.coarse_go = coarse ? coarse->heap_go : true;
  v.coarse_ideal = coarse ? coarse->heap_ideal : true;
  v.by_z3 = fine && fine->z3;
  v.proof = proof_of (job, fn, fine ? (enum sp_pass)fine->pass : SP_PASS_MAIN);
  v.disagrees = fine && fine->z3_differs;
  v.baseline = c->baseline ? sp_baseline_heap (c->baseline, fn, i) : v.coarse_go;
  v.in_caller = fine && fine->heap_ideal && !fine->lost && fine->reason_ideal == SP_REASON_OUTLIVES;
  v.reason = !fine ? SP_REASON_UNANALYSED : job->options->runtime == SP_RUNTIME_GO ? fine->reason_go : fine->reason_ideal;
  if (v.unallocated)
    {
      v.baseline = v.heap_go = v.heap_ideal = v.coarse_go = v.coarse_ideal = v.in_caller = v.degraded = false;
      v.reason = SP_REASON_NONE;
    }
  bool above_coarse = (v.heap_go && !v.coarse_go) || (v.heap_ideal && !v.coarse_ideal), above_baseline = v.coarse_go && !v.baseline;
  bool violated = (above_coarse && !r->tainted[SP_PASS_MAIN]) || (above_baseline && !r->tainted[SP_PASS_COARSE]);
  v.disagrees |= violated && !v.degraded;
  v.degraded |= v.heap_go && r->tainted[SP_PASS_MAIN];
  vec_push (&c->verdicts, v);
}

static void
collect_block (struct collector *c, gir_fn fn, const struct gir_basic_block *b)
{
  const struct sp_function_result *r = &c->job->results[fn];
  bool known = b->dead || r->analysed[SP_PASS_MAIN];
  for (uint32_t i = b->first; i < b->first + b->count; i++)
    {
      const struct gir_instr *x = &c->job->program->funcs[fn].instrs[i];
      bool gone = x->op == GIR_OP_NOP && !(b->dead && x->site != GIR_S_VAR);
      bool quiet = x->op == GIR_OP_ALLOC && x->site == GIR_S_VAR && known && !find_site (r, SP_PASS_MAIN, i);
      if (x->site != GIR_S_NONE && !gone && !quiet)
        collect_instr (c, fn, i, b->dead);
    }
}

static void
collect_function (struct collector *c, gir_fn fn)
{
  const struct gir_func *f = &c->job->program->funcs[fn];
  if (f->is_extern || f->kind == GIR_F_WRAPPER || f->kind == GIR_F_THUNK || f->kind == GIR_F_BOUND)
    return;
  for (uint32_t b = 0; b < f->n_blocks; b++)
    collect_block (c, fn, &f->blocks[b]);
  if (f->site == GIR_S_FUNC && f->n_free == 0)
    {
      struct sp_verdict v = start_verdict (c->job, fn, f->pos, f->site, f->text);
      v.unallocated = true;
      v.proof = proof_of (c->job, fn, SP_PASS_MAIN);
      vec_push (&c->verdicts, v);
    }
}

static const char *
file_of (const GirProgram *p, struct gir_pos pos)
{
  return pos.line && pos.file < p->n_files ? gir_string (p, p->files[pos.file]) : "";
}

static int
compare_verdicts (const void *x, const void *y, void *data)
{
  const GirProgram *p = data;
  const struct sp_verdict *a = x, *b = y;
  int d = a->pkg < b->pkg ? -1 : a->pkg > b->pkg;
  if (!d)
    d = strcmp (file_of (p, a->pos), file_of (p, b->pos));
  if (!d)
    d = a->pos.line < b->pos.line ? -1 : a->pos.line > b->pos.line;
  if (!d)
    d = a->pos.col < b->pos.col ? -1 : a->pos.col > b->pos.col;
  if (!d)
    d = (int)a->kind - (int)b->kind;
  if (!d)
    d = strcmp (gir_string (p, a->text), gir_string (p, b->text));
  return d ? d : a->fn < b->fn ? -1 : a->fn > b->fn;
}

/* One source site, several instructions: heap if any is (A19). */
static void
fold (struct sp_verdict *to, const struct sp_verdict *v)
{
  if (!to->heap_go && v->heap_go)
    to->reason = v->reason;
  to->in_caller = (to->in_caller || !to->heap_ideal) && (v->in_caller || !v->heap_ideal) && (to->heap_ideal || v->heap_ideal);
  to->heap_go |= v->heap_go;
  to->heap_ideal |= v->heap_ideal;
  to->coarse_go |= v->coarse_go;
  to->coarse_ideal |= v->coarse_ideal;
  to->baseline |= v->baseline;
  to->unallocated &= v->unallocated;
  to->degraded |= v->degraded;
  to->by_z3 &= v->by_z3;
  to->proof = MAX (to->proof, v->proof);
  to->disagrees |= v->disagrees;
}

static void
sort_and_fold (struct collector *c)
{
  GirProgram *p = (GirProgram *)c->job->program;
  uint32_t n = 0;
  if (c->verdicts.size)
    g_qsort_with_data (c->verdicts.data, (gint)c->verdicts.size, sizeof *c->verdicts.data, compare_verdicts, p);
  for (uint32_t k = 0; k < c->verdicts.size; k++)
    {
      struct sp_verdict *v = &c->verdicts.data[k], *last = n ? &c->verdicts.data[n - 1] : NULL;
      struct sp_verdict same = *v;
      if (last)
        same.fn = last->fn;
      if (last && compare_verdicts (last, &same, p) == 0)
        fold (last, v);
      else
        c->verdicts.data[n++] = *v;
    }
  c->verdicts.size = n;
}

/* A heap object stays in the callers when all of them keep it; where none was seen, nobody can tell. */
struct tally
{
  bool seen, bad;
};

static void
join_clones (struct collector *c, const struct crew *crew)
{
  struct sp_job *job = c->job;
  struct tally **tallies = g_new0 (struct tally *, job->program->n_funcs + 1);
  for (unsigned k = 0; k < crew->n; k++)
    vec_foreach (struct sp_clone_note, note, &crew->workers[k].clones)
      {
        if (!tallies[note->fn])
          tallies[note->fn] = g_new0 (struct tally, job->program->funcs[note->fn].n_instrs + 1);
        tallies[note->fn][note->instr].seen = true;
        tallies[note->fn][note->instr].bad |= note->bad;
      }
  for (gir_fn fn = 0; fn < job->program->n_funcs; fn++)
    {
      vec_foreach (struct sp_site_verdict, v, &job->results[fn].sites[SP_PASS_MAIN])
        if (!tallies[fn] || !tallies[fn][v->instr].seen || tallies[fn][v->instr].bad)
          v->lost = true;
      g_free (tallies[fn]);
    }
  g_free (tallies);
}

static struct sp_result *
collect (struct sp_job *job, struct crew *crew, const struct sp_baseline *baseline)
{
  struct collector c = { .job = job, .baseline = baseline };
  struct sp_result *r = g_new0 (struct sp_result, 1);
  join_clones (&c, crew);
  for (gir_fn fn = 0; fn < job->program->n_funcs; fn++)
    if (job->wanted[fn])
      collect_function (&c, fn);
  sort_and_fold (&c);
  r->verdicts = c.verdicts.data;
  r->n_verdicts = c.verdicts.size;
  for (uint32_t k = 0; k < r->n_verdicts; k++)
    r->n_disagreements += r->verdicts[k].disagrees;
  return r;
}

/* --- the run ----------------------------------------------------------------------------------------- */

struct baseline_run
{
  const GirProgram *program;
  bool closed;
  double seconds;
};

static gpointer
run_baseline (gpointer data)
{
  struct baseline_run *b = data;
  double start = now ();
  struct sp_baseline *result = sp_baseline_new (b->program, b->closed);
  b->seconds = now () - start;
  return result;
}

bool
sp_world_closed (const GirProgram *p, const struct sp_options *o)
{
  bool main_asked = false;
  for (uint32_t k = 0; k < p->n_pkgs; k++)
    main_asked |= p->pkgs[k].root && p->pkgs[k].is_main;
  return o->world == SP_WORLD_CLOSED || (o->world == SP_WORLD_AUTO && main_asked);
}

static double
promote_all (GirProgram *p)
{
  double start = now ();
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    if (!p->funcs[fn].is_extern)
      {
        gir_prune (p, &p->funcs[fn]);
        gir_promote (p, &p->funcs[fn]);
      }
  return now () - start;
}

static void
start_crew (struct crew *crew, const struct sp_job *job)
{
  *crew = (struct crew){ .job = job, .n = MAX (job->options->jobs, 1u), .total = job->order->components->n_components };
  crew->workers = g_new0 (struct sp_worker, crew->n);
  crew->end = job->order->n_levels ? job->order->first[1] : 0;
  g_mutex_init (&crew->lock);
  g_cond_init (&crew->turn);
  for (unsigned k = 0; k < crew->n; k++)
    sp_worker_init (&crew->workers[k], job, k);
}

static void
finish_crew (struct crew *crew, struct sp_statistics *statistics, uint64_t *fired)
{
  gsize n = (gsize)crew->job->rules->n_rules * SP_MAX_BODY;
  for (unsigned k = 0; k < crew->n; k++)
    {
      add_statistics (statistics, &crew->workers[k].statistics);
      for (gsize i = 0; i < n; i++)
        fired[i] += crew->workers[k].ground->fired[i];
      sp_worker_done (&crew->workers[k]);
    }
  g_mutex_clear (&crew->lock);
  g_cond_clear (&crew->turn);
  g_free (crew->workers);
}

/* --- the model of gc --------------------------------------------------------------------------------- */

static enum sp_reason
reason_of_cause (enum gc_cause cause)
{
  static const enum sp_reason reasons[] = {
#define GC_CAUSE(name, class, text) SP_REASON_GC_##name,
#include "constraints/gc_cause.def"
#undef GC_CAUSE
  };
  return cause == GC_CAUSE_NONE ? SP_REASON_NONE : reasons[cause];
}

static void
collect_model_site (struct collector *c, const struct sp_gc_model *m, struct sp_verdict v, enum sp_gc_verdict verdict, enum gc_cause cause)
{
  if (verdict == SP_GC_NONE)
    return;
  bool differs;
  v.by_z3 = sp_gc_model_by_z3 (m, v.fn, &differs);
  v.disagrees = differs;
  v.heap_go = v.heap_ideal = v.coarse_go = v.coarse_ideal = v.baseline = verdict != SP_GC_STACK;
  v.reason = verdict == SP_GC_HEAP && cause == GC_CAUSE_NONE ? SP_REASON_KIND : reason_of_cause (cause);
  vec_push (&c->verdicts, v);
}

static void
collect_model_function (struct collector *c, const struct sp_gc_model *m, gir_fn fn)
{
  enum gc_cause cause;
  const struct gir_func *f = &c->job->program->funcs[fn];
  if (f->is_extern || f->kind == GIR_F_WRAPPER || f->kind == GIR_F_THUNK || f->kind == GIR_F_BOUND)
    return;
  for (uint32_t i = 0; i < f->n_instrs; i++)
    if (f->instrs[i].site != GIR_S_NONE)
      {
        struct sp_verdict v = start_verdict (c->job, fn, f->instrs[i].pos, f->instrs[i].site, f->instrs[i].text);
        bool channel = f->instrs[i].op == GIR_OP_MKCHAN;
        enum sp_gc_verdict verdict = sp_gc_model_site (m, fn, i, &cause);
        v.unallocated = sp_site_never_allocates (c->job->program, f, &f->instrs[i]);
        collect_model_site (c, m, v, channel ? SP_GC_HEAP : verdict, cause);
      }
  if (f->site == GIR_S_FUNC && f->n_free == 0)
    {
      struct sp_verdict v = start_verdict (c->job, fn, f->pos, f->site, f->text);
      enum sp_gc_verdict verdict = sp_gc_model_literal (m, fn, &cause);
      v.unallocated = true;
      collect_model_site (c, m, v, verdict, cause);
    }
}

static struct sp_result *
analyse_as_gc (GirProgram *p, const struct sp_options *options)
{
  struct sp_result *r = g_new0 (struct sp_result, 1);
  struct sp_job job = { .program = p, .options = options };
  struct collector c = { .job = &job };
  g_autofree bool *decide = g_new0 (bool, p->n_pkgs + 1);
  for (uint32_t k = 0; k < p->n_pkgs; k++)
    decide[k] = options->all_packages || p->pkgs[k].root;
  double start = now ();
  struct sp_gc_model *m = sp_gc_model_new (p, options->solver == SP_SOLVER_NATIVE ? NULL : decide);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    if (decide[p->funcs[fn].pkg])
      collect_model_function (&c, m, fn);
  struct sp_flows flows = { 0 };
  sp_gc_model_flows (m, decide, &flows);
  r->flows = flows.of.data;
  r->n_flows = flows.of.size;
  const struct sp_gc_counts *counts = sp_gc_model_counts (m);
  r->statistics.functions = p->n_funcs;
  r->statistics.components = counts->batches;
  r->statistics.clauses = counts->clauses;
  r->statistics.z3_checks = counts->z3_batches;
  r->statistics.z3_unknown = counts->z3_unknown;
  r->statistics.z3_differ = counts->z3_differ;
  r->statistics.z3_distances = counts->z3_distances;
  r->statistics.z3_s = counts->z3_s;
  r->statistics.solve_s = now () - start - counts->z3_s;
  sp_gc_model_free (m);
  sort_and_fold (&c);
  r->verdicts = c.verdicts.data;
  r->n_verdicts = c.verdicts.size;
  for (uint32_t k = 0; k < r->n_verdicts; k++)
    r->n_disagreements += r->verdicts[k].disagrees;
  return r;
}

struct sp_result *
sp_analyse (GirProgram *p, const struct sp_options *options, GError **error)
{
  if (options->variant == SP_GC)
    return analyse_as_gc (p, options);
  double promotion = promote_all (p), start = now ();
  struct sp_job *job = job_new (p, options, error);
  if (!job)
    return NULL;
  double preparation = now () - start;
  struct baseline_run b = { p, sp_world_closed (p, options), 0 };
  const struct sp_witness *witness = options->witness;
  start = processor_now ();
  if (witness)
    witness->begin (witness->user, p, b.closed, job->rules, MAX (options->jobs, 1u));
  double beginning = processor_now () - start;
  GThread *baseline_thread = options->baseline ? g_thread_try_new ("baseline", run_baseline, &b, NULL) : NULL;
  struct crew crew;
  start_crew (&crew, job);
  run_crew (&crew);
  start = now ();
  double others = crew.workers[0].statistics.z3_s + crew.workers[0].statistics.verify_s;
  settle (&crew, b.closed);
  decide_settled (&crew);
  double settling = now () - start - (crew.workers[0].statistics.z3_s + crew.workers[0].statistics.verify_s - others);
  start = processor_now ();
  if (witness)
    witness->end (witness->user);
  double ending = processor_now () - start;
  struct sp_baseline *baseline = baseline_thread ? g_thread_join (baseline_thread) : options->baseline ? run_baseline (&b) : NULL;
  struct sp_result *r = collect (job, &crew, baseline);
  r->fired = g_new0 (uint64_t, (gsize)job->rules->n_rules * SP_MAX_BODY);
  finish_crew (&crew, &r->statistics, r->fired);
  ((struct sp_options *)job->options)->witness = NULL; /* need not live on */
  r->statistics.promote_s = promotion;
  r->statistics.prepare_s = preparation;
  r->statistics.settle_s = settling;
  r->statistics.verify_s += beginning + ending;
  r->statistics.baseline_s = b.seconds;
  r->job = job;
  sp_baseline_free (baseline);
  return r;
}

void
sp_result_free (struct sp_result *r)
{
  if (!r)
    return;
  job_free (r->job);
  g_free (r->fired);
  g_free (r->flows);
  g_free (r->verdicts);
  g_free (r);
}

void
sp_result_foreach_rule (const struct sp_result *r, void (*each) (void *data, const struct sp_rule *rule, const uint64_t *fired), void *data)
{
  const struct sp_rules *rules = r->fired ? r->job->rules : NULL;
  for (unsigned k = 0; rules && k < rules->n_rules; k++)
    each (data, &rules->rules[k], &r->fired[(gsize)k * SP_MAX_BODY]);
}
