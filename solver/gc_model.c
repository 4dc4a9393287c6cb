#include "solver/gc_model.h"
#include "base/scc.h"
#include "constraints/gc_lower.h"
#include "solver/gc_walk.h"
#include "solver/z3_gc.h"

#include <time.h>

struct sp_gc_model
{
  const GirProgram *program;
  const bool *decide;
  struct gc_vars *vars;
  uint32_t n_batches;
  uint32_t *batch; /* by function: its batch; they are numbered callees first */
  uint32_t *first; /* by batch: its first member */
  gir_fn *members;
  VEC (struct gc_devirtualisation) devirtualised;
  uint32_t *devirtualised_first;
  struct gc_context context;
  struct gc_leaks **tags;
  uint8_t **sites;   /* by function and instruction: enum sp_gc_verdict, SP_GC_HEAP plus the cause */
  uint8_t *literals; /* by function */
  bool **moved;      /* by function and parameter: moved to the heap */
  uint8_t *z3;       /* by function */
  struct sp_z3_region *region;
  struct sp_gc_counts counts;
};

enum
{
  DISTANCES_MAX = 400,      /* locations of a batch that is checked in difference logic too */
  REGION_CLAUSES = 1000000, /* of a batch after which Z3's memory is given back */
};

enum
{
  Z3_DECIDED = 1,
  Z3_DIFFERS = 2,
};

/* --- preparation ------------------------------------------------------------------------------------- */

static void
devirtualise (struct sp_gc_model *m)
{
  const GirProgram *p = m->program;
  m->devirtualised_first = g_new0 (uint32_t, p->n_funcs + 2);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      m->devirtualised_first[fn] = m->devirtualised.size;
      for (uint32_t n = 0; n < p->funcs[fn].n_instrs; n++)
        {
          const struct gir_instr *i = &p->funcs[fn].instrs[n];
          gir_type type;
          gir_fn callee = i->op == GIR_OP_INVOKE ? gc_devirtualised (m->vars, fn, i, &type) : GIR_INVALID;
          if (callee != GIR_INVALID)
            vec_push (&m->devirtualised, ((struct gc_devirtualisation){ n, callee, type }));
        }
      m->devirtualised_first[fn + 1] = m->devirtualised.size;
    }
}

/* The functions that @fn refers to where gc sees it: dead code does not count; a closure that captures belongs to the batch of the function
 * around it; a devirtualised call refers to its callee. */
static void
add_references (const struct sp_gc_model *m, gir_fn fn, u32_vec *targets)
{
  const struct gir_func *f = &m->program->funcs[fn];
  for (uint32_t n = 0; n < f->n_instrs; n++)
    for (uint32_t k = 0; m->vars->live[fn][n] && k < f->instrs[n].n_args; k++)
      {
        gir_operand x = f->operands[f->instrs[n].args + k];
        bool dictionary = f->instrs[n].op == GIR_OP_CALL && f->instrs[n].flag && k == 0;
        if (gir_operand_kind (x) == GIR_FUNC && !dictionary)
          vec_push (targets, gir_operand_index (x));
      }
  if (m->vars->maker[fn] != GIR_INVALID && f->n_free > 0)
    vec_push (targets, m->vars->maker[fn]);
  for (uint32_t k = m->devirtualised_first[fn]; k < m->devirtualised_first[fn + 1]; k++)
    vec_push (targets, m->devirtualised.data[k].callee);
}

static void
find_batches (struct sp_gc_model *m)
{
  uint32_t n = m->program->n_funcs;
  g_autofree uint32_t *first = g_new0 (uint32_t, n + 2);
  g_auto (u32_vec) targets = { 0 };
  for (gir_fn fn = 0; fn < n; fn++)
    {
      add_references (m, fn, &targets);
      first[fn + 1] = targets.size;
    }
  m->batch = g_new0 (uint32_t, n + 1);
  m->n_batches = scc_find (n, first, targets.data, m->batch);
  m->first = g_new0 (uint32_t, m->n_batches + 2);
  m->members = g_new0 (gir_fn, n + 1);
  for (gir_fn fn = 0; fn < n; fn++)
    m->first[m->batch[fn] + 2]++;
  for (uint32_t b = 0; b < m->n_batches; b++)
    m->first[b + 2] += m->first[b + 1];
  for (gir_fn fn = 0; fn < n; fn++)
    m->members[m->first[m->batch[fn] + 1]++] = fn;
}

/* --- verdicts ---------------------------------------------------------------------------------------- */

static void
record_location (struct sp_gc_model *m, const struct gc_location *l, unsigned attrs, unsigned cause)
{
  unsigned v = !(attrs & GC_ESCAPES) ? SP_GC_STACK : SP_GC_HEAP + cause;
  uint8_t *at = l->instr != GIR_INVALID ? &m->sites[l->fn][l->instr] : l->kind == GC_LOC_CLOSURE ? &m->literals[l->literal] : NULL;
  if (at)
    *at = (uint8_t)MAX (*at, v);
}

static void
record_tags (struct sp_gc_model *m, const struct gc_graph *g, const struct gc_solution *s)
{
  for (uint32_t k = 0; k < g->n_members; k++)
    {
      gir_fn fn = g->members[k];
      const struct gir_func *f = &m->program->funcs[fn];
      m->tags[fn] = g_new (struct gc_leaks, f->n_params + 1);
      m->moved[fn] = g_new0 (bool, f->n_params + 1);
      for (uint32_t i = 0; i < f->n_params; i++)
        {
          uint32_t loc = g->params[k][i];
          bool tagged = loc != GC_BLANK && m->vars->points[f->params[i].type];
          m->tags[fn][i] = f->is_extern ? gc_extern_leaks (m->vars, f, i) : tagged ? s->leaks[loc] : gc_no_leaks;
          m->moved[fn][i] = loc != GC_BLANK && (s->attrs[loc] & GC_ESCAPES);
        }
    }
}

/* --- Z3 ---------------------------------------------------------------------------------------------- */

static bool
same_solution (const struct gc_graph *g, const struct gc_solution *s, const struct sp_gc_decision *d)
{
  for (uint32_t l = GC_N_PSEUDO; l < g->locs.size; l++)
    {
      bool escapes = s->attrs[l] & GC_ESCAPES;
      if (g->locs.data[l].kind != GC_LOC_TEMP && escapes != d->escapes[l])
        return false;
      if (g->locs.data[l].param && !gc_leaks_equal (&s->leaks[l], &d->leaks[l]))
        return false;
    }
  return true;
}

static bool
is_wanted (const struct sp_gc_model *m, const struct gc_graph *g)
{
  for (uint32_t k = 0; m->decide && k < g->n_members; k++)
    if (m->decide[m->program->funcs[g->members[k]].pkg] && !m->program->funcs[g->members[k]].is_extern)
      return true;
  return false;
}

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
decide_batch (struct sp_gc_model *m, const struct gc_graph *g, const struct gc_solution *s)
{
  double start = now ();
  if (!m->region)
    m->region = sp_z3_region_new ();
  struct sp_gc_decision *d = sp_gc_decide (m->region, g);
  bool decided = d->answer == SP_Z3_SAT, differs = d->answer == SP_Z3_UNSAT || (decided && !same_solution (g, s, d));
  if (decided && !differs && g->locs.size <= DISTANCES_MAX)
    {
      differs = sp_gc_check_distances (g, d) == SP_Z3_UNSAT;
      m->counts.z3_distances++;
    }
  m->counts.z3_batches++;
  m->counts.z3_unknown += d->answer == SP_Z3_UNKNOWN;
  m->counts.z3_differ += differs;
  m->counts.clauses += d->clauses;
  for (uint32_t k = 0; k < g->n_members; k++)
    m->z3[g->members[k]] = (uint8_t)((decided ? Z3_DECIDED : 0) | (differs ? Z3_DIFFERS : 0));
  m->counts.z3_s += now () - start;
  if (d->clauses > REGION_CLAUSES)
    g_clear_pointer (&m->region, sp_z3_region_free); /* its variables are kept, so a large batch would stay with us */
  sp_gc_decision_free (d);
}

static void
solve_batch (struct sp_gc_model *m, uint32_t c)
{
  struct gc_graph *g = gc_graph_new (&m->context, m->members + m->first[c], m->first[c + 1] - m->first[c]);
  struct gc_solution *s = gc_walk (g);
  for (uint32_t l = GC_N_PSEUDO; l < g->locs.size; l++)
    record_location (m, &g->locs.data[l], s->attrs[l], s->causes[l]);
  record_tags (m, g, s);
  if (is_wanted (m, g))
    decide_batch (m, g, s);
  m->counts.batches++;
  m->counts.locations += g->locs.size;
  m->counts.edges += g->edges.size;
  m->counts.walks += s->walks;
  gc_solution_free (s);
  gc_graph_free (g);
}

struct sp_gc_model *
sp_gc_model_new (const GirProgram *p, const bool *decide)
{
  struct sp_gc_model *m = g_new0 (struct sp_gc_model, 1);
  m->program = p;
  m->decide = decide;
  m->vars = gc_vars_new (p);
  devirtualise (m);
  find_batches (m);
  m->tags = g_new0 (struct gc_leaks *, p->n_funcs + 1);
  m->moved = g_new0 (bool *, p->n_funcs + 1);
  m->sites = g_new0 (uint8_t *, p->n_funcs + 1);
  m->literals = g_new0 (uint8_t, p->n_funcs + 1);
  m->z3 = g_new0 (uint8_t, p->n_funcs + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    m->sites[fn] = g_new0 (uint8_t, p->funcs[fn].n_instrs + 1);
  m->context = (struct gc_context){ p, m->vars, m->tags, m->devirtualised_first, m->devirtualised.data };
  for (uint32_t c = 0; c < m->n_batches; c++)
    solve_batch (m, c);
  return m;
}

void
sp_gc_model_free (struct sp_gc_model *m)
{
  if (!m)
    return;
  for (gir_fn fn = 0; fn < m->program->n_funcs; fn++)
    {
      g_free (m->tags[fn]);
      g_free (m->moved[fn]);
      g_free (m->sites[fn]);
    }
  g_free (m->tags);
  g_free (m->moved);
  g_free (m->sites);
  g_free (m->literals);
  g_free (m->z3);
  sp_z3_region_free (m->region);
  g_free (m->devirtualised_first);
  vec_clear (&m->devirtualised);
  g_free (m->batch);
  g_free (m->first);
  g_free (m->members);
  gc_vars_free (m->vars);
  g_free (m);
}

/* Whether the variable is more than loaded and stored: else nothing can make gc speak of it. */
static bool
is_variable_site (const struct sp_gc_model *m, gir_fn fn, uint32_t instr)
{
  const struct gir_func *f = &m->program->funcs[fn];
  uint32_t var = m->vars->of[fn][gir_func_instr_value (f, instr)];
  const struct gc_var *x = &m->vars->vars.data[var];
  return x->addrtaken || x->captured || m->sites[fn][instr] != SP_GC_STACK;
}

static enum sp_gc_verdict
verdict (uint8_t site, enum gc_cause *cause)
{
  *cause = site > SP_GC_HEAP ? (enum gc_cause) (site - SP_GC_HEAP) : GC_CAUSE_NONE;
  return (enum sp_gc_verdict)MIN (site, SP_GC_HEAP);
}

enum sp_gc_verdict
sp_gc_model_site (const struct sp_gc_model *m, gir_fn fn, uint32_t instr, enum gc_cause *cause)
{
  const struct gir_instr *i = &m->program->funcs[fn].instrs[instr];
  bool quiet = i->op == GIR_OP_ALLOC && i->site == GIR_S_VAR && !is_variable_site (m, fn, instr);
  return verdict (quiet ? SP_GC_NONE : m->sites[fn][instr], cause);
}

enum sp_gc_verdict
sp_gc_model_literal (const struct sp_gc_model *m, gir_fn fn, enum gc_cause *cause)
{
  return verdict (m->literals[fn], cause);
}

static void
add_flows (const struct sp_gc_model *m, gir_fn fn, uint32_t param, struct sp_flows *flows)
{
  const struct gc_leaks *leaks = &m->tags[fn][param];
  uint32_t before = flows->of.size;
  if (leaks->to[GC_LEAK_HEAP] >= 0)
    vec_push (&flows->of, ((struct sp_flow){ fn, param, SP_FLOW_HEAP, 0, (uint32_t)leaks->to[GC_LEAK_HEAP] }));
  for (unsigned k = 0; k < GC_N_RESULTS; k++)
    if (leaks->to[GC_LEAK_RESULT + k] >= 0)
      vec_push (&flows->of, ((struct sp_flow){ fn, param, SP_FLOW_RESULT, k, (uint32_t)leaks->to[GC_LEAK_RESULT + k] }));
  if (flows->of.size == before)
    vec_push (&flows->of, ((struct sp_flow){ fn, param, SP_FLOW_NOWHERE, 0, 0 }));
}

void
sp_gc_model_flows (const struct sp_gc_model *m, const bool *wanted, struct sp_flows *flows)
{
  for (gir_fn fn = 0; fn < m->program->n_funcs; fn++)
    {
      const struct gir_func *f = &m->program->funcs[fn];
      for (uint32_t k = 0; wanted[f->pkg] && f->kind != GIR_F_GENERIC && k < f->n_params; k++)
        if (f->params[k].site == GIR_S_PARAM && m->vars->points[f->params[k].type] && !m->moved[fn][k])
          add_flows (m, fn, k, flows);
    }
  sp_flows_sort (flows, m->program);
}

bool
sp_gc_model_by_z3 (const struct sp_gc_model *m, gir_fn fn, bool *differs)
{
  *differs = m->z3[fn] & Z3_DIFFERS;
  return m->z3[fn] & Z3_DECIDED;
}

const struct sp_gc_counts *
sp_gc_model_counts (const struct sp_gc_model *m)
{
  return &m->counts;
}
