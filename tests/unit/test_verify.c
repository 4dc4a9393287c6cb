/* The checker of certificates: it accepts what the engine found, and nothing that differs from it. */
#include "test_gir_util.h"

#include <glib/gstdio.h>

#include "base/vec.h"
#include "proofs/certificate.h"
#include "proofs/verify/contents.h"
#include "proofs/verify/read.h"
#include "proofs/verify/store.h"
#include "proofs/verify/verify.h"
#include "solver/engine.h"

typedef struct sp_result Result;
typedef struct sp_summary Summary;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Result, sp_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Summary, sp_summary_free)

/* --- programs ---------------------------------------------------------------------------------------- */

#define HEAD                                                                                                                              \
  "gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\" root\n"                                                                                      \
  "type node struct \"next\" *node \"val\" *int\ntype pair struct \"a\" *int \"b\" *int\ntype taker iface \"T\\\"k \\ne\" func(*int)()\n" \
  "type keeper struct \"p\" *int\ntype dropper struct \"n\" int\n"
#define GLOBAL "global $0 \"a.gp\" 0 *int -\n"

/* even makes nodes and calls odd, which calls even. */
#define RECURSION                                                                                                                 \
  HEAD GLOBAL "func @0 \"a.even\" 0 func(*node,**int)(*node) - src\nparam %n *node -\nparam %o **int -\nblock b0\n"               \
              "  %x = alloc *node complit !amp \"&node{}\"\n  %a = faddr **node %x .0\n  store %a %n\n  %b = faddr **int %x .1\n" \
              "  %l = load *int %b\n  store %o %l\n  %r = call *node @1 %x %o\n  ret %r\nend\n"                                   \
              "func @1 \"a.odd\" 0 func(*node,**int)(*node) - src\nparam %n *node -\nparam %o **int -\nblock b0\n"                \
              "  %c = un bool ! true\n  br %c b1 b2\nblock b1\n  %r = call *node @0 %n %o\n  ret %r\nblock b2\n"                  \
              "  %m = faddr **node %n .0\n  %l = load *node %m\n  ret %l\nend\n"                                                  \
              "func @2 \"a.f\" 0 func() - src\nblock b0\n  %n = alloc *node var !var \"n\"\n  %o = alloc **int new !new \"o\"\n"  \
              "  %r = call *node @0 %n %o\n  %v = faddr **int %r .1\n  store %v nil\n  ret\nend\n"

struct sample
{
  const char *name;
  const char *budgets; /* NAME=N, or NULL */
  enum sp_variant variant;
  const char *text;
  const char *rules; /* beside the built-in ones; NULL for none */
};

static const struct sample samples[] = {
  { "straight", NULL, SP_FULL,
    HEAD GLOBAL "func @0 \"a.f\" 0 func() - src\nblock b0\n  %x = alloc *int var !var \"x\"\n  %y = alloc *int var !var \"y\"\n"
                "  %p = alloc *pair new !new \"new(pair)\"\n  %pa = faddr **int %p .0\n  %pb = faddr **int %p .1\n"
                "  store %pa %x\n  store %pa %y\n  store %pb %x\n  %l = load *int %pa\n  store $0 %l\n  ret\nend\n" },
  { "loop", NULL, SP_FULL,
    HEAD GLOBAL "func @0 \"a.f\" 0 func(bool)(*int) - src\nparam %c bool -\nblock b0\n  %k = alloc **int new !new \"k\"\n  jmp b1\n"
                "block b1\n  %x = alloc *int new !new \"x\"\n  %o = load *int %k\n  store %k %x\n  br %c b1 b2\n"
                "block b2\n  %r = load *int %k\n  ret %r\nend\n" },
  { "calls", NULL, SP_FULL,
    HEAD GLOBAL "func @0 \"a.keep\" 0 func(**int,*int) - src\nparam %p **int -\nparam %q *int -\nblock b0\n  store %p %q\n  ret\nend\n"
                "func @1 \"a.make\" 0 func(*int)(*node) - src\nparam %p *int -\nblock b0\n  %n = alloc *node complit !amp \"&node{}\"\n"
                "  %v = faddr **int %n .1\n  store %v %p\n  ret %n\nend\n"
                "func @2 \"a.leak\" 0 func(*int) - src\nparam %p *int -\nblock b0\n  store $0 %p\n  ret\nend\n"
                "func @3 \"a.f\" 0 func() - src\nblock b0\n  %x = alloc *int var !var \"x\"\n  %y = alloc *int var !var \"y\"\n"
                "  %z = alloc *int var !var \"z\"\n  %q = alloc **int new !new \"q\"\n  call @0 %q %x\n  %n = call *node @1 %y\n"
                "  call @2 %z\n  %v = faddr **int %n .1\n  %l = load *int %v\n  store %l 1\n  ret\nend\n" },
  { "recursion", NULL, SP_FULL, RECURSION },
  { "cut recursion", "rounds=1", SP_FULL, RECURSION },
  { "recursion through a variable", NULL, SP_FULL,
    HEAD GLOBAL
    "func @0 \"a.f\" 0 func() - src\nblock b0\n  %v = alloc *func(*node)(*node) var !var \"v\"\n"
    "  %c = closure func(*node)(*node) @1 %v\n  store %v %c\n  %n = alloc *node var !var \"n\"\n  %l = load func(*node)(*node) %v\n"
    "  %r = call *node %l %n\n  ret\nend\n"
    "func @1 \"a.f$1\" 0 func(*node)(*node) - anon in @0\nparam %n *node -\nfree %v *func(*node)(*node) -\nblock b0\n"
    "  %c = un bool ! true\n  br %c b1 b2\nblock b1\n  %l = load func(*node)(*node) %v\n  %a = faddr **node %n .0\n"
    "  %m = load *node %a\n  %r = call *node %l %m\n  ret %r\nblock b2\n  ret %n\nend\n" },
  { "renewed", NULL, SP_FULL,
    HEAD GLOBAL "func @0 \"a.f\" 0 func(bool) - src\nparam %c bool -\nblock b0\n  jmp b1\n"
                "block b1\n  %x = alloc *int new !new \"x\"\n  %k = alloc **int new !new \"k\"\n  %o = load *int %k\n  store $0 %o\n"
                "  store %k %x\n  %l = load *int %k\n  store %l 1\n  br %c b1 b2\nblock b2\n  ret\nend\n" },
  { "staged", NULL, SP_FULL,
    HEAD GLOBAL "type box struct \"p\" **int\n"
                "func @0 \"a.f\" 0 func(bool) - src\nparam %c bool -\nblock b0\n  %h = alloc *box new !new \"h\"\n  jmp b1\n"
                "block b1\n  %k = alloc **int new !new \"k\"\n  %x = alloc *int new !new \"x\"\n  %a = faddr ***int %h .0\n"
                "  store %a %k\n  store %k %x\n  store %a nil\n  br %c b1 b2\nblock b2\n  ret\nend\n" },
  { "narrowed recursion", "members=1", SP_FULL,
    HEAD GLOBAL
    "func @0 \"a.even\" 0 func(*node)(*node) - src\nparam %n *node -\nblock b0\n"
    "  %x = alloc *node complit !amp \"&node{}\"\n  %a = faddr **node %x .0\n  store %a %n\n  %r = call *node @1 %x\n  ret %r\nend\n"
    "func @1 \"a.odd\" 0 func(*node)(*node) - src\nparam %n *node -\nblock b0\n  %c = un bool ! true\n  br %c b1 b2\n"
    "block b1\n  %r = call *node @0 %n\n  ret %r\nblock b2\n  ret %n\nend\n" },
  { "callbacks", NULL, SP_FULL,
    HEAD GLOBAL "mset *keeper \"T\\\"k \\ne\" @0\nmset *dropper \"T\\\"k \\ne\" @1\n"
                "func @0 \"a.(*keeper).Take\" 0 func(*keeper,*int) - src\nparam %k *keeper -\nparam %q *int -\nblock b0\n"
                "  %a = faddr **int %k .0\n  store %a %q\n  ret\nend\n"
                "func @1 \"a.(*dropper).Take\" 0 func(*dropper,*int) - src\nparam %d *dropper -\nparam %q *int -\nblock b0\n  ret\nend\n"
                "func @2 \"a.use\" 0 func(taker) - src\nparam %t taker -\nblock b0\n  %x = alloc *int var !var \"x\"\n"
                "  invoke %t \"T\\\"k \\ne\" %x\n  ret\nend\n"
                "func @3 \"a.f\" 0 func() - src\nblock b0\n  %d = alloc *dropper var !var \"d\"\n  %i = iface taker %d *dropper\n"
                "  call @2 %i\n  ret\nend\n" },
  { "known callees", NULL, SP_FULL,
    HEAD "global $0 \"a.hook\" 0 func(*int) -\n"
         "func @0 \"a.fill\" 0 func(*int) - src\nparam %p *int -\nblock b0\n  ret\nend\n"
         "func @1 \"a.init\" 0 func() - init exported\nblock b0\n  store $0 @0\n  ret\nend\n"
         "func @2 \"a.Use\" 0 func() - src exported\nblock b0\n  %x = alloc *int var !var \"x\"\n  %h = load func(*int) $0\n"
         "  call %h %x\n  ret\nend\n" },
  { "degraded", "decisive=30,instances=30", SP_FULL,
    HEAD GLOBAL "func @0 \"a.g\" 0 func(**int,*int) - src\nparam %p **int -\nparam %q *int -\nblock b0\n  store %p %q\n  ret\nend\n"
                "func @1 \"a.f\" 0 func() - src\nblock b0\n  %x = alloc *int var !var \"x\"\n  %y = alloc *int var !var \"y\"\n"
                "  %q = alloc **int new !new \"q\"\n  call @0 %q %x\n  call @0 %q %y\n  call @0 %q %x\n  %l = load *int %q\n  store $0 %l\n"
                "  ret\nend\n"
                "func @2 \"a.h\" 0 func() - src\nblock b0\n  call @1\n  ret\nend\n" },
};

/* --- evidence, kept ---------------------------------------------------------------------------------- */

struct event
{
  struct sp_evidence e;
  struct sp_run run;
  struct sp_summary *summary;
};

struct record
{
  GirProgram *program;
  struct sp_rules *rules;
  struct sp_budgets budgets;
  struct sp_precision precision;
  bool closed;
  bool everything; /* also the rounds that are forgotten */
  uint32_t round;  /* where the one that goes on begins */
  VEC (struct event) events;
};

static struct sp_tuples
copy_tuples (const struct sp_tuples *t, unsigned arity)
{
  return (struct sp_tuples){ g_memdup2 (t->data, (gsize)t->n * arity * sizeof *t->data), t->n };
}

static void
begin (void *user, const GirProgram *p, bool closed, const struct sp_rules *rules, unsigned n_workers)
{
  struct record *r = user;
  (void)p, (void)rules;
  assert_int_equal (n_workers, 1);
  r->closed = closed;
}

static void
keep_run (const struct record *r, struct event *x, const struct sp_run *run)
{
  struct sp_tuples *derived = g_new0 (struct sp_tuples, r->rules->n_preds);
  for (unsigned p = 0; p < r->rules->n_preds; p++)
    if (r->rules->preds[p].kind == SP_PRED_DERIVED)
      derived[p] = copy_tuples (&run->derived[p], r->rules->preds[p].arity);
  x->run = *run;
  x->run.derived = derived;
  x->run.objects = g_memdup2 (run->objects, run->n_objects * sizeof *run->objects);
  x->run.cells = copy_tuples (&run->cells, 3);
  x->run.claims = g_memdup2 (run->claims, run->n_claims * sizeof *run->claims);
  x->run.steps = g_memdup2 (run->steps, run->n_steps * sizeof *run->steps);
  x->run.refusals = g_memdup2 (run->refusals, run->n_refusals * sizeof *run->refusals);
  x->summary = run->summary ? sp_summary_copy (run->summary) : NULL;
}

static void
free_event (const struct record *r, struct event *x)
{
  for (unsigned p = 0; x->e.kind == SP_E_RUN && p < r->rules->n_preds; p++)
    g_free ((void *)x->run.derived[p].data);
  if (x->e.kind == SP_E_RUN)
    {
      g_free ((void *)x->run.derived);
      g_free ((void *)x->run.objects);
      g_free ((void *)x->run.cells.data);
      g_free ((void *)x->run.claims);
      g_free ((void *)x->run.steps);
      g_free ((void *)x->run.refusals);
    }
  sp_summary_free (x->summary);
}

/* Forgets what is forgotten, as the writer does. */
static void
tell (void *user, unsigned worker, const struct sp_evidence *e)
{
  struct record *r = user;
  struct event x = { .e = *e };
  (void)worker;
  if (e->kind == SP_E_ASSUME && (r->events.size == 0 || vec_last (&r->events).e.kind != SP_E_ASSUME))
    r->round = r->events.size;
  if (e->kind == SP_E_FORGET && !r->everything)
    {
      while (r->events.size > r->round)
        free_event (r, &vec_pop (&r->events));
      return;
    }
  if (e->kind == SP_E_RUN)
    keep_run (r, &x, e->run);
  else
    x.summary = e->kind == SP_E_ASSUME && e->summary ? sp_summary_copy (e->summary) : NULL;
  vec_push (&r->events, x);
}

static void
end (void *user)
{
  (void)user;
}

static void
record_init_with (struct record *r, const struct sample *s, bool everything)
{
  g_autoptr (GError) error = NULL;
  *r = (struct record){
    .everything = everything, .program = read_good (s->text), .budgets = sp_budgets_default, .precision = sp_variant_precision (s->variant)
  };
  g_autofree char *rules = g_strconcat (sp_rules_builtin, s->rules, NULL);
  r->rules = sp_rules_parse ("escape.dl", rules, NULL);
  assert_non_null (r->rules);
  g_auto (GStrv) list = g_strsplit (s->budgets ? s->budgets : "", ",", -1);
  for (char **b = list; *b; b++)
    assert_true (sp_budgets_set (&r->budgets, *b, NULL));
  struct sp_witness witness = { .begin = begin, .tell = tell, .end = end, .user = r };
  struct sp_options o = {
    .variant = s->variant, .jobs = 1, .budgets = &r->budgets, .witness = &witness, .derivations = true, .rules = s->rules ? rules : NULL
  };
  g_autoptr (Result) result = sp_analyse (r->program, &o, &error);
  assert_non_null (result);
}

static void
record_init (struct record *r, const struct sample *s)
{
  record_init_with (r, s, false);
}

static void
record_done (struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    free_event (r, x);
  vec_clear (&r->events);
  sp_rules_free (r->rules);
  gir_program_free (r->program);
}

struct outcome
{
  enum sp_proof proof;
  uint32_t claims;
};

static void
tell_one (struct sp_verifier *v, const struct event *x)
{
  struct sp_evidence e = x->e;
  struct sp_run run = x->run;
  run.summary = e.summary = x->summary;
  e.run = e.kind == SP_E_RUN ? &run : NULL;
  sp_verifier_tell (v, 0, &e);
}

/* All but what is about @fn. */
static void
tell_all (const struct record *r, struct sp_verifier *v, gir_fn fn)
{
  vec_foreach (const struct event, x, &r->events)
    if (x->e.fn != fn)
      tell_one (v, x);
}

/* Tells the checker all but event @without. */
static struct outcome
check_without (const struct record *r, uint32_t without)
{
  struct sp_verify_setting setting = { r->precision, &r->budgets, r->rules, r->closed, SP_DERIVED_ALL };
  struct sp_verifier *v = sp_verifier_new (r->program, &setting, 1);
  for (uint32_t k = 0; k < r->events.size; k++)
    if (k != without)
      tell_one (v, &r->events.data[k]);
  sp_verifier_end (v);
  struct outcome o = { sp_verifier_verdict (v), sp_verifier_counts (v).claims };
  sp_verifier_free (v);
  return o;
}

static enum sp_proof
check (const struct record *r)
{
  return check_without (r, UINT32_MAX).proof;
}

static void
foreach_sample (void (*each) (const struct sample *s, struct record *r))
{
  for (size_t k = 0; k < G_N_ELEMENTS (samples); k++)
    {
      struct record r;
      record_init (&r, &samples[k]);
      each (&samples[k], &r);
      record_done (&r);
    }
}

/* --- what holds is accepted -------------------------------------------------------------------------- */

static unsigned
count_kind (const struct record *r, enum sp_evidence_kind kind)
{
  unsigned n = 0;
  vec_foreach (const struct event, x, &r->events)
    n += x->e.kind == kind;
  return n;
}

static void
accept_sample (const struct sample *s, struct record *r)
{
  if (check (r) != SP_PROOF_VALID)
    fail_msg ("%s: not valid", s->name);
}

static void
valid (void **state)
{
  (void)state;
  foreach_sample (accept_sample);
}

/* So is what is forgotten. */
static void
forgotten_rounds (void **state)
{
  (void)state;
  unsigned forgotten = 0;
  for (size_t k = 0; k < G_N_ELEMENTS (samples); k++)
    {
      struct record r;
      record_init_with (&r, &samples[k], true);
      forgotten += count_kind (&r, SP_E_FORGET);
      accept_sample (&samples[k], &r);
      record_done (&r);
    }
  assert_true (forgotten > 0);
}

/* The samples have what they are there for. */
static void
samples_cover (void **state)
{
  (void)state;
  unsigned closes = 0, coarse = 0, settled = 0, expanded = 0, targets = 0, claims = 0, steps = 0;
  for (size_t k = 0; k < G_N_ELEMENTS (samples); k++)
    {
      struct record r;
      record_init (&r, &samples[k]);
      closes += count_kind (&r, SP_E_CLOSE);
      coarse += count_kind (&r, SP_E_COARSE);
      vec_foreach (const struct event, x, &r.events)
        if (x->e.kind == SP_E_RUN)
          {
            settled += x->run.settled;
            expanded += x->run.expanded;
            steps += x->run.n_steps;
            targets += x->run.derived[SP_P_target].n;
            for (uint32_t c = 0; c < x->run.n_claims; c++)
              claims += x->run.claims[c].go;
          }
      record_done (&r);
    }
  assert_true (closes > 0 && coarse > 0 && settled > 0 && expanded > 0 && targets > 0 && claims > 10 && steps > 50);
}

/* --- what differs is rejected ------------------------------------------------------------------------ */

static void
drop_each_tuple (const struct sample *s, struct record *r)
{
  unsigned n = 0;
  vec_foreach (struct event, x, &r->events)
    for (unsigned p = 0; x->e.kind == SP_E_RUN && p < r->rules->n_preds; p++)
      {
        struct sp_tuples *t = (struct sp_tuples *)&x->run.derived[p], whole = *t;
        unsigned arity = r->rules->preds[p].arity;
        for (uint32_t k = 0; k < whole.n; k++, n++)
          {
            g_autofree uint32_t *data = g_memdup2 (whole.data, (gsize)whole.n * arity * sizeof *data);
            memmove (data + (size_t)k * arity, data + (size_t)(k + 1) * arity, (size_t)(whole.n - k - 1) * arity * sizeof *data);
            *t = (struct sp_tuples){ data, whole.n - 1 };
            if (check (r) == SP_PROOF_VALID)
              fail_msg ("%s: %s: valid without tuple %u of %s", s->name, gir_string (r->program, r->program->funcs[x->e.fn].name), k,
                        r->rules->preds[p].name);
          }
        *t = whole;
      }
  assert_true (n > 10);
}

static void
each_tuple_counts (void **state)
{
  (void)state;
  foreach_sample (drop_each_tuple);
}

/* Each number of each tuple becomes another one: the tuple that was there is missing. */
static void
change_each_number (const struct sample *s, struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    for (unsigned p = 0; x->e.kind == SP_E_RUN && p < r->rules->n_preds; p++)
      {
        const struct sp_tuples *t = &x->run.derived[p];
        for (uint32_t k = 0; k < t->n * r->rules->preds[p].arity; k++)
          {
            uint32_t *at = (uint32_t *)&t->data[k], old = *at;
            *at = old ^ 1;
            if (check (r) == SP_PROOF_VALID)
              fail_msg ("%s: %s: valid with number %u of %s changed", s->name, gir_string (r->program, r->program->funcs[x->e.fn].name), k,
                        r->rules->preds[p].name);
            *at = old;
          }
      }
}

static void
each_number_counts (void **state)
{
  (void)state;
  foreach_sample (change_each_number);
}

/* A site that may be heap is claimed not to be; what is claimed already stays valid. */
static void
claim_more (const struct sample *s, struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    for (uint32_t k = 0; x->e.kind == SP_E_RUN && k < x->run.n_claims; k++)
      {
        struct sp_claim *c = (struct sp_claim *)&x->run.claims[k], old = *c;
        c->ideal = c->go = true;
        if ((check (r) == SP_PROOF_VALID) != (old.ideal && old.go))
          fail_msg ("%s: a claim on instruction %u", s->name, c->instr);
        *c = old;
        uint32_t instr = c->instr;
        c->instr = 1000;
        if ((old.ideal || old.go) && check (r) == SP_PROOF_VALID)
          fail_msg ("%s: a claim on nothing", s->name);
        c->instr = instr;
      }
}

static void
claims_are_checked (void **state)
{
  (void)state;
  foreach_sample (claim_more);
}

/* Whether what event @k says of a function's summary is not needed: something stands already, or a run gives it before anybody asks. */
static bool
redundant (const struct record *r, uint32_t k)
{
  const struct sp_evidence *e = &r->events.data[k].e;
  if (e->kind != SP_E_COARSE && e->kind != SP_E_RUN)
    return false;
  for (uint32_t n = 0; n < k && e->kind == SP_E_RUN && !r->events.data[k].run.iterating; n++)
    if (r->events.data[n].e.fn == e->fn && r->events.data[n].e.pass == e->pass)
      return true;
  for (uint32_t n = k + 1; n < r->events.size; n++)
    if (r->events.data[n].e.kind == SP_E_RUN && r->events.data[n].e.pass == e->pass)
      return r->events.data[n].e.fn == e->fn;
  return false;
}

/* An event that is left out is missed; only the run that decides a function's sites may be gone with the claims it makes. */
static void
drop_each_event (const struct sample *s, struct record *r)
{
  struct outcome whole = check_without (r, UINT32_MAX);
  for (uint32_t k = 0; k < r->events.size; k++)
    {
      const struct event *x = &r->events.data[k];
      bool idle = x->e.kind == SP_E_DONE || x->e.kind == SP_E_FORGET || (x->e.kind == SP_E_RUN && !x->summary);
      idle |= x->e.kind == SP_E_CLOSE && k > 0 && r->events.data[k - 1].e.kind == SP_E_CLOSE;
      idle |= x->e.kind == SP_E_CLOSE && k + 1 < r->events.size && r->events.data[k + 1].e.kind == SP_E_CLOSE;
      idle |= redundant (r, k);
      struct outcome o = check_without (r, k);
      if (!idle && o.proof == SP_PROOF_VALID && o.claims == whole.claims)
        fail_msg ("%s: valid without event %u, of kind %d, on %s", s->name, k, x->e.kind,
                  gir_string (r->program, r->program->funcs[x->e.fn].name));
    }
}

static void
each_event_counts (void **state)
{
  (void)state;
  foreach_sample (drop_each_event);
}

static const struct sample *
find_sample (const char *name)
{
  const struct sample *s = &samples[0];
  while (strcmp (s->name, name) != 0)
    s++;
  return s;
}

/* --- derivations ------------------------------------------------------------------------------------- */

/* Leaves out step @k of a run. */
static void
drop_step (struct sp_run *run, uint32_t k)
{
  struct sp_step *steps = (struct sp_step *)run->steps;
  memmove (steps + k, steps + k + 1, (run->n_steps - k - 1) * sizeof *steps);
  run->n_steps--;
}

static void
put_step (struct sp_run *run, uint32_t k, struct sp_step step)
{
  struct sp_step *steps = (struct sp_step *)run->steps;
  memmove (steps + k + 1, steps + k, (run->n_steps - k) * sizeof *steps);
  run->n_steps++;
  steps[k] = step;
}

static void
reject_steps (const struct sample *s, const struct record *r, const struct event *x, uint32_t k, const char *what)
{
  if (check (r) != SP_PROOF_INVALID)
    fail_msg ("%s: %s: step %u: not invalid: %s", s->name, gir_string (r->program, r->program->funcs[x->e.fn].name), k, what);
}

/* A step is needed; where it stands too, since nothing follows from what comes later. */
static void
drop_each_step (const struct sample *s, struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    for (uint32_t k = 0; x->e.kind == SP_E_RUN && k < x->run.n_steps; k++)
      {
        struct sp_step step = x->run.steps[k];
        drop_step (&x->run, k);
        reject_steps (s, r, x, k, "left out");
        put_step (&x->run, 0, step);
        const struct sp_rule *rule = &r->rules->rules[step.rule];
        bool rests = false;
        for (unsigned b = 0; b < rule->n_body; b++)
          rests |= r->rules->preds[rule->body[b].pred].kind == SP_PRED_DERIVED;
        if (rests)
          reject_steps (s, r, x, k, "before its premises");
        drop_step (&x->run, 0);
        put_step (&x->run, k, step);
      }
  assert_int_equal (check (r), SP_PROOF_VALID);
}

/* Another rule, or another value of a variable of the conclusion: what was concluded is missing. */
static void
change_each_step (const struct sample *s, struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    for (uint32_t k = 0; x->e.kind == SP_E_RUN && k < x->run.n_steps; k++)
      {
        struct sp_step *step = (struct sp_step *)&x->run.steps[k], old = *step;
        const struct sp_rule *rule = &r->rules->rules[old.rule];
        for (unsigned v = 0; v < rule->n_vars; v++)
          for (unsigned bit = 0; bit < 2; bit++)
            {
              step->values[v] ^= 1u << bit;
              if (sp_rules_mention (r->rules, &rule->head, (uint8_t)v))
                reject_steps (s, r, x, k, "another value");
              step->values[v] = 1000000 + bit;
              reject_steps (s, r, x, k, "a value out of range");
              *step = old;
            }
        for (uint32_t other = 0; other < r->rules->n_rules; other++)
          if (r->rules->rules[other].head.pred != rule->head.pred)
            {
              step->rule = other;
              reject_steps (s, r, x, k, "another rule");
            }
        *step = old;
      }
}

static void
each_step_counts (void **state)
{
  (void)state;
  foreach_sample (drop_each_step);
  foreach_sample (change_each_step);
}

/* Whether the verdicts on the function's sites are those of run @x. */
static bool
is_last_word (const struct record *r, const struct event *x)
{
  bool again = false;
  vec_foreach (const struct event, y, &r->events)
    again |= y > x && y->e.kind == SP_E_RUN && y->e.fn == x->e.fn && y->e.pass == x->e.pass && y->run.decides;
  return !again && x->e.pass == SP_PASS_MAIN;
}

/* What is said to be heap is derived to be so, and what is not stack is said to be heap. */
static void
change_refusals (const struct sample *s, struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    {
      if (x->e.kind != SP_E_RUN || !x->run.explains)
        continue;
      for (uint32_t k = 0; k < x->run.n_refusals; k++)
        {
          struct sp_refusal *f = (struct sp_refusal *)&x->run.refusals[k], old = *f;
          f->ideal = f->go = false;
          assert_int_equal (check (r), SP_PROOF_HOLEY);
          f->unanswered = true;
          assert_int_equal (check (r), SP_PROOF_VALID);
          *f = old;
          f->ideal = f->go = true;
          assert_int_equal (check (r), old.ideal && old.go ? SP_PROOF_VALID : SP_PROOF_INVALID);
          *f = old;
          f->instr += 1000;
          assert_int_equal (check (r), SP_PROOF_INVALID);
          *f = old;
        }
      for (uint32_t k = 0; k < x->run.n_claims; k++)
        {
          struct sp_refusal *kept = (struct sp_refusal *)x->run.refusals,
                            f = { .instr = x->run.claims[k].instr, .ideal = true, .go = true };
          struct sp_refusal *more = g_new (struct sp_refusal, x->run.n_refusals + 1);
          if (x->run.n_refusals)
            memcpy (more, kept, x->run.n_refusals * sizeof *more);
          more[x->run.n_refusals++] = f;
          x->run.refusals = more;
          bool heap = !x->run.claims[k].ideal && !x->run.claims[k].go;
          if (check (r) != (heap ? SP_PROOF_VALID : SP_PROOF_INVALID))
            fail_msg ("%s: the site of instruction %u is called heap", s->name, f.instr);
          x->run.refusals = kept;
          x->run.n_refusals--;
          g_free (more);
        }
      x->run.explains = false;
      if (is_last_word (r, x))
        assert_int_equal (check (r), SP_PROOF_HOLEY);
      x->run.explains = true;
    }
}

static void
refusals_are_checked (void **state)
{
  (void)state;
  foreach_sample (change_refusals);
}

/* A function that a budget left undecided has no derivation, and says so; none may say it that was decided. */
static void
undecided_is_said (void **state)
{
  (void)state;
  struct record r;
  record_init (&r, find_sample ("degraded"));
  assert_true (count_kind (&r, SP_E_UNDECIDED) > 0);
  for (uint32_t k = 0; k < r.events.size; k++)
    if (r.events.data[k].e.kind == SP_E_UNDECIDED)
      assert_int_equal (check_without (&r, k).proof, SP_PROOF_HOLEY);
  record_done (&r);
  record_init (&r, find_sample ("straight"));
  vec_foreach (struct event, x, &r.events)
    if (x->e.kind == SP_E_RUN && x->run.explains && x->e.pass == SP_PASS_MAIN)
      {
        x->run.explains = false;
        struct event said = { .e = { .kind = SP_E_UNDECIDED, .pass = SP_PASS_MAIN, .fn = x->e.fn } };
        vec_push (&r.events, said);
        break;
      }
  assert_int_equal (check (&r), SP_PROOF_HOLEY);
  record_done (&r);
}

/* --- summaries --------------------------------------------------------------------------------------- */

/* Which names the summary's statements rest on. */
static void
mark_name (const struct sp_summary *s, bool *used, uint32_t name)
{
  if (used[name])
    return;
  used[name] = true;
  const struct sp_name *n = &s->names.data[name];
  if (n->kind == SP_NAME_LOAD || n->kind == SP_NAME_BLOB)
    mark_name (s, used, n->base);
}

static bool *
used_names (const struct sp_summary *s)
{
  bool *used = g_new0 (bool, s->names.size + 1);
  vec_foreach (const struct sp_sum_put, p, &s->puts)
    for (uint32_t k = 0; k < p->n_to + p->n_what; k++)
      mark_name (s, used, s->refs.data[k < p->n_to ? p->to + k : p->what + k - p->n_to].name);
  vec_foreach (const struct sp_residual, c, &s->residuals)
    for (uint32_t k = 0; k < c->n_callees; k++)
      mark_name (s, used, s->refs.data[c->callees + k].name);
  vec_foreach (const struct sp_ref, x, &s->leaks)
    mark_name (s, used, x->name);
  vec_foreach (const struct sp_ref, x, &s->holds)
    mark_name (s, used, x->name);
  vec_foreach (const struct sp_sum_ret, x, &s->rets)
    mark_name (s, used, x->ref.name);
  vec_foreach (const struct sp_sum_arg, x, &s->args)
    mark_name (s, used, x->ref.name);
  return used;
}

static void
reject_summary (const struct sample *s, struct record *r, const struct event *x, const char *what)
{
  if (check (r) == SP_PROOF_VALID)
    fail_msg ("%s: event %u of kind %d: valid with another summary of %s: %s", s->name, (unsigned)(x - r->events.data), x->e.kind,
              gir_string (r->program, r->program->funcs[x->e.fn].name), what);
}

#define WITHOUT_LAST(v)                          \
  if (x->summary->v.size)                        \
    {                                            \
      x->summary->v.size--;                      \
      reject_summary (s, r, x, "without a " #v); \
      x->summary->v.size++;                      \
    }

#define CHANGED(field, by)            \
  {                                   \
    (field) ^= (by);                  \
    reject_summary (s, r, x, #field); \
    (field) ^= (by);                  \
  }

static void
change_summaries (const struct sample *s, struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    {
      if (!x->summary)
        continue;
      WITHOUT_LAST (rets)
      WITHOUT_LAST (puts)
      WITHOUT_LAST (leaks)
      WITHOUT_LAST (holds)
      WITHOUT_LAST (residuals)
      CHANGED (x->summary->n_param_leaves, 1)
      CHANGED (x->summary->n_free_leaves, 1)
      CHANGED (x->summary->n_result_leaves, 1)
      CHANGED (x->summary->dropped, true)
      CHANGED (x->summary->crowded, true)
      g_autofree bool *used = used_names (x->summary);
      for (uint32_t k = 0; k < x->summary->names.size; k++)
        if (used[k])
          {
            struct sp_name *n = &x->summary->names.data[k];
            struct sp_name old = *n;
            *n = (struct sp_name){ SP_NAME_PARAM, old.kind == SP_NAME_PARAM ? old.base + 1 : 0, 0 };
            reject_summary (s, r, x, "another name");
            *n = old;
            if (n->kind == SP_NAME_FRESH)
              {
                CHANGED (x->summary->fresh.data[old.base].multi, true)
                CHANGED (x->summary->fresh.data[old.base].data, true)
                CHANGED (x->summary->fresh.data[old.base].instr, 1)
              }
          }
      vec_foreach (const struct sp_sum_put, p, &x->summary->puts)
        {
          CHANGED (x->summary->refs.data[p->to].offset, 8)
          CHANGED (x->summary->refs.data[p->what].offset, 8)
          CHANGED (x->summary->refs.data[p->what].tag, 1)
        }
      vec_foreach (struct sp_sum_ret, f, &x->summary->rets)
        {
          CHANGED (f->ref.offset, 8)
          CHANGED (f->leaf, 1)
        }
      vec_foreach (struct sp_ref, f, &x->summary->leaks)
        CHANGED (f->offset, 8)
    }
}

static void
summaries_are_checked (void **state)
{
  (void)state;
  foreach_sample (change_summaries);
}

/* Flags that would make a run mean less than it must. */
static void
change_flags (const struct sample *s, struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    if (x->e.kind == SP_E_RUN && r->program->funcs[x->e.fn].n_params > 0 && x->run.derived[SP_P_target].n > 0 && !x->run.settled)
      {
        x->run.settled = true;
        if (check (r) == SP_PROOF_VALID)
          fail_msg ("%s: settled without a proof", s->name);
        x->run.settled = false;
      }
    else if (x->e.kind == SP_E_RUN && (x->run.settled || x->run.expanded))
      {
        if (x->run.expanded)
          {
            x->run.expanded = false;
            if (check (r) == SP_PROOF_VALID)
              fail_msg ("%s: calls bound without saying so", s->name);
            x->run.expanded = true;
          }
        x->summary = sp_summary_new ();
        if (check (r) == SP_PROOF_VALID)
          fail_msg ("%s: a settled run gives a summary", s->name);
        g_clear_pointer (&x->summary, sp_summary_free);
      }
}

static void
settled_is_checked (void **state)
{
  (void)state;
  foreach_sample (change_flags);
}

/* Verdicts that need all callers are no proof where one of them was not told of. */
static void
all_callers_count (void **state)
{
  (void)state;
  const struct sample *s = &samples[0];
  while (strcmp (s->name, "callbacks") != 0)
    s++;
  struct record r;
  record_init (&r, s);
  for (int absent = 0; absent < 2; absent++)
    {
      struct sp_verify_setting setting = { r.precision, &r.budgets, r.rules, r.closed, SP_DERIVED_ALL };
      struct sp_verifier *v = sp_verifier_new (r.program, &setting, 1);
      tell_all (&r, v, absent ? 3 : GIR_INVALID);
      sp_verifier_end (v);
      assert_int_equal (sp_verifier_proof (v, SP_PASS_MAIN, 2) == SP_PROOF_VALID, !absent);
      sp_verifier_free (v);
    }
  record_done (&r);
}

/* What happened to a target since the call was looked at counts: nobody knows what one that is unknown by now keeps. */
static void
targets_become_unknown (void **state)
{
  (void)state;
  struct record r;
  record_init (&r, find_sample ("callbacks"));
  for (int unknown = 0; unknown < 2; unknown++)
    {
      struct sp_verify_setting setting = { r.precision, &r.budgets, r.rules, r.closed, SP_DERIVED_ALL };
      struct sp_verifier *v = sp_verifier_new (r.program, &setting, 1);
      unsigned noted = 0;
      vec_foreach (const struct event, x, &r.events)
        {
          bool here = x->e.kind == SP_E_NOTE && x->e.pass == SP_PASS_MAIN && x->e.fn == 3;
          if (here && unknown)
            sp_verifier_tell (v, 0, &(struct sp_evidence){ .kind = SP_E_UNKNOWN, .pass = SP_PASS_MAIN, .fn = 1 });
          noted += here;
          tell_one (v, x);
        }
      sp_verifier_end (v);
      assert_int_equal (noted, 1);
      assert_int_equal (sp_verifier_proof (v, SP_PASS_MAIN, 2) == SP_PROOF_VALID, !unknown);
      sp_verifier_free (v);
    }
  record_done (&r);
}

/* A member of a round whose run gives nothing back did not give what was assumed. */
static void
give_nothing_back (const struct sample *s, struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    if (x->e.kind == SP_E_RUN && x->run.iterating)
      {
        x->e.kind = SP_E_UNKNOWN;
        if (check (r) == SP_PROOF_VALID)
          fail_msg ("%s: valid though %s is unknown", s->name, gir_string (r->program, r->program->funcs[x->e.fn].name));
        x->e.kind = SP_E_RUN;
      }
}

static void
unknown_members (void **state)
{
  (void)state;
  foreach_sample (give_nothing_back);
}

/* What was given back counts for what was assumed then. */
static void
assume_again (const struct sample *s, struct record *r)
{
  for (uint32_t k = 1; k < r->events.size; k++)
    {
      struct event *close = &r->events.data[k], *last = &r->events.data[k - 1];
      if (close->e.kind != SP_E_CLOSE || last->e.kind != SP_E_RUN)
        continue;
      struct event old = *close;
      *close = (struct event){ .e = { .kind = SP_E_ASSUME, .pass = last->e.pass, .fn = last->e.fn }, .summary = last->summary };
      vec_push (&r->events, old);
      for (uint32_t n = r->events.size - 1; n > k + 1; n--)
        {
          struct event x = r->events.data[n];
          r->events.data[n] = r->events.data[n - 1];
          r->events.data[n - 1] = x;
        }
      if (check (r) == SP_PROOF_VALID)
        fail_msg ("%s: valid with an assumption made after it was used", s->name);
      for (uint32_t n = k; n + 1 < r->events.size; n++)
        r->events.data[n] = r->events.data[n + 1];
      r->events.size--;
      assert_int_equal (check (r), SP_PROOF_VALID);
    }
}

static void
assumptions_stand (void **state)
{
  (void)state;
  foreach_sample (assume_again);
}

static unsigned
count_claims (const struct record *r)
{
  unsigned claims = 0;
  vec_foreach (const struct event, x, &r->events)
    if (x->e.kind == SP_E_RUN && x->e.pass == SP_PASS_MAIN)
      for (uint32_t k = 0; k < x->run.n_claims; k++)
        claims += x->run.claims[k].go;
  return claims;
}

/* What the main pass is lowered with comes from a coarse run that holds: nothing of what an earlier k held is read in the next round. */
static void
staging_counts (void **state)
{
  (void)state;
  struct record r;
  record_init (&r, find_sample ("renewed"));
  assert_int_equal (count_claims (&r), 2);
  vec_foreach (struct event, x, &r.events)
    if (x->e.kind == SP_E_RUN && x->e.pass == SP_PASS_COARSE)
      {
        x->run.limits = SP_LIMIT_ALL; /* sound, but no longer the run that the main pass rests on */
        assert_int_not_equal (check (&r), SP_PROOF_VALID);
        x->run.limits = 0;
        assert_int_equal (check_without (&r, (uint32_t)(x - r.events.data)).proof, SP_PROOF_HOLEY);
      }
  record_done (&r);
}

/* A main run shows that k is made anew in each round, so that the next one shows the same of what k holds; not without it. */
static void
main_runs_stage (void **state)
{
  (void)state;
  struct record r;
  record_init (&r, find_sample ("staged"));
  unsigned stages = 0;
  assert_int_equal (count_claims (&r), 3);
  vec_foreach (struct event, x, &r.events)
    if (x->e.kind == SP_E_RUN && x->run.stages && stages++ == 0)
      {
        x->run.stages = false;
        assert_int_equal (check (&r), SP_PROOF_INVALID);
        x->run.stages = true;
        assert_int_equal (check_without (&r, (uint32_t)(x - r.events.data)).proof, SP_PROOF_INVALID);
      }
  assert_true (stages > 0);
  record_done (&r);
}

/* Where the rounds did not suffice, calls within the component are unknown: no run rests on what was assumed in them. Without that, the
 * first member's would rest on what nobody proves. */
static void
cut_runs_stand_alone (void **state)
{
  (void)state;
  struct record r;
  unsigned cut = 0, refused[SP_N_PASSES] = { 0 };
  record_init (&r, find_sample ("cut recursion"));
  assert_int_equal (count_kind (&r, SP_E_CLOSE), 0);
  vec_foreach (struct event, x, &r.events)
    if (x->e.kind == SP_E_RUN && x->run.cut)
      {
        cut++;
        x->run.cut = false;
        refused[x->e.pass] += check (&r) != SP_PROOF_VALID;
        x->run.cut = true;
      }
  assert_int_equal (cut, 4); /* both members, in both passes */
  assert_true (refused[SP_PASS_COARSE] && refused[SP_PASS_MAIN]);
  record_done (&r);
}

/* A round of the main pass that assumes what the coarse pass found, of other leaves, gives that back never. */
static void
coarse_assumptions (void **state)
{
  (void)state;
  struct record r;
  unsigned assumed = 0;
  record_init (&r, find_sample ("recursion"));
  vec_foreach (struct event, x, &r.events)
    if (x->e.kind == SP_E_ASSUME && x->e.pass == SP_PASS_MAIN)
      vec_foreach (struct event, y, &r.events)
        if (y->e.kind == SP_E_ASSUME && y->e.pass == SP_PASS_COARSE && y->e.fn == x->e.fn)
          {
            struct sp_summary *mine = x->summary;
            g_autoptr (Summary) other = sp_summary_copy (y->summary);
            for (uint32_t k = 0; k < other->names.size; k++)
              vec_push (&other->leaks, ((struct sp_ref){ k, 0, 0 })); /* which the run is lowered with */
            assumed += other->collapsed && !mine->collapsed && other->names.size > 0;
            x->summary = other;
            assert_int_equal (check (&r), SP_PROOF_INVALID);
            x->summary = mine;
          }
  assert_true (assumed >= 2);
  assert_int_equal (check (&r), SP_PROOF_VALID);
  record_done (&r);
}

/* What the table of models speaks for has no other summary. */
static void
models_stand (void **state)
{
  (void)state;
  struct record r;
  record_init (&r, &(struct sample){ "extern", NULL, SP_FULL,
                                     HEAD GLOBAL "func @0 \"a.ext\" 0 func(*int) - src extern\nparam %p *int -\nend\n"
                                                 "func @1 \"a.f\" 0 func() - src\nblock b0\n  %x = alloc *int var !var \"x\"\n"
                                                 "  call @0 %x\n  ret\nend\n" });
  assert_int_equal (check (&r), SP_PROOF_VALID);
  struct event unknown = { .e = { .kind = SP_E_UNKNOWN, .pass = SP_PASS_MAIN, .fn = 0 } };
  vec_push (&r.events, unknown);
  assert_int_equal (check (&r), SP_PROOF_INVALID);
  record_done (&r);
}

/* --- text -------------------------------------------------------------------------------------------- */

static GString *
write_all (const struct record *r)
{
  GString *text = g_string_new (NULL);
  vec_foreach (const struct event, x, &r->events)
    {
      struct sp_evidence e = x->e;
      struct sp_run run = x->run;
      run.summary = e.summary = x->summary;
      e.run = &run;
      sp_certificate_write (text, r->program, r->rules, &e);
    }
  return text;
}

static void
tell_verifier (void *data, const struct sp_evidence *e)
{
  sp_verifier_tell (data, 0, e);
}

static enum sp_proof
check_text (const struct record *r, const char *text, size_t size)
{
  struct sp_verify_setting setting = { r->precision, &r->budgets, r->rules, r->closed, SP_DERIVED_ALL };
  struct sp_verifier *v = sp_verifier_new (r->program, &setting, 1);
  struct sp_reader *reader = sp_reader_new (r->program, r->rules, !r->precision.fields);
  g_autoptr (GError) error = NULL;
  bool ok = sp_reader_read (reader, "t", text, size, tell_verifier, v, &error);
  assert_int_equal (ok, error == NULL);
  sp_verifier_end (v);
  enum sp_proof proof = ok ? sp_verifier_verdict (v) : SP_PROOF_INVALID;
  sp_reader_free (reader);
  sp_verifier_free (v);
  return proof;
}

static void
append_event (void *data, const struct sp_evidence *e)
{
  struct record *r = ((void **)data)[0];
  sp_certificate_write (((void **)data)[1], r->program, r->rules, e);
}

static void
round_trip (const struct sample *s, struct record *r)
{
  g_autoptr (GString) text = write_all (r), again = g_string_new (NULL);
  struct sp_reader *reader = sp_reader_new (r->program, r->rules, !r->precision.fields);
  void *both[] = { r, again };
  assert_true (sp_reader_read (reader, "t", text->str, text->len, append_event, both, NULL));
  sp_reader_free (reader);
  assert_string_equal (again->str, text->str);
  if (check_text (r, text->str, text->len) != SP_PROOF_VALID)
    fail_msg ("%s: not valid as text", s->name);
}

static void
text_round_trip (void **state)
{
  (void)state;
  foreach_sample (round_trip);
}

/* Whatever the text: no crash. Cut short, or with other bytes in it. */
static void
distort (const struct sample *s, struct record *r)
{
  g_autoptr (GString) text = write_all (r);
  uint64_t state = 7;
  for (unsigned k = 0; k < 300; k++)
    {
      g_autofree char *copy = g_strndup (text->str, text->len);
      size_t size = k % 3 == 0 ? next_random (&state) % text->len : text->len;
      for (unsigned n = 1 + next_random (&state) % 3; n > 0; n--)
        {
          char *at = copy + next_random (&state) % text->len;
          *at = g_ascii_isdigit (*at) ? (char)('0' + next_random (&state) % 10) : "0 \n-r#"[next_random (&state) % 6];
        }
      check_text (r, copy, size);
    }
  (void)s;
}

static void
no_text_crashes (void **state)
{
  (void)state;
  foreach_sample (distort);
}

#define RUN "run main 0\nlimits 0\nobjects 0\ncells 0\n"
#define SUM RUN "summary 0 0 0\n"
#define ABSENT "what is not there"
#define NUMBER "a number is expected"

static void
bad_texts (void **state)
{
  static const char *const texts[][2]
      = { { "hello main 0\n", "no event begins so" },
          { "run main 9\n", "no such function" },
          { "run main 0\nlimits 0\nobjects 1\n 9 0 0\n", "kind of objects" },
          { "run main 0\nlimits 0\nobjects 99999999\n", "not as many lines" },
          { "run main 0\nlimits 0\nobjects 0\ncells 0\ntuples Addr 0\n", "no rule derives" },
          { "run main 0\nlimits 0\nobjects 0\ncells 0\ntuples pt 1\n 1\n", "a number is expected" },
          { "run main 0\nlimits 0\nobjects 0\ncells 0\nsummary 0 0 0\nname 1 0\n", "a number is expected" },
          { "run main 0\nlimits 0\nobjects 0\ncells 0\nsummary 0 0 0\nret 0 5 0 0\nend\n", "what is not there" },
          { "run main 0\nlimits 0\nobjects 0\ncells 0\nsummary 0 0 0\nname 2 0 0\nend\n", "what is not there" },
          { "run main 0\nlimits 0\nobjects 0\ncells 0\nstep nonsense 1\n", "no such rule" },
          { "run main 0\nlimits 0\nobjects 0\ncells 0\nstep addr 1\n", "a number is expected" },
          { "close main 0 nonsense\n", "does not belong" },
          { "close other 0\n", "another word" },
          { "close main x\n", NUMBER },
          { "close main 99999999999999999999\n", NUMBER },
          { "close main 4294967295\n", NUMBER },
          { "run main 0\nlimits\n", NUMBER },
          { "run main 0\nobjects 0\n", "another word" },
          { "run main 0\nlimits 0\ncells 0\n", "another word" },
          { "run main 0\nlimits 0\nobjects 0\ntuples pt 0\n", "another word" },
          { "run main 0\nlimits 0\nobjects x\n", NUMBER },
          { "run main 0\nlimits 0\nobjects 0 0\n", "does not belong" },
          { RUN "tuples pt 0\ntuples pt 0\ntuples pt 1\n 1 1\ntuples pt 0\n", "was there before" },
          { RUN "claim x\n", NUMBER },
          { RUN "heap x\n", NUMBER },
          { RUN, "another word" },
          { RUN "summary 0 0\n", NUMBER },
          { RUN "summary 0 0 0 nonsense\n", "does not belong" },
          { SUM "nonsense 0\nend\n", "no line of a summary" },
          { SUM "name 0 0 0 0\nend\n", "does not belong" },
          { SUM "ref 0 0\n", NUMBER },
          { SUM "ret 0 0 0\n", NUMBER },
          { SUM "put 0 0 0\n", NUMBER },
          { SUM "leak 0 0\n", NUMBER },
          { SUM "hold 0 0\n", NUMBER },
          { SUM "arg 0 0 0 0\n", NUMBER },
          { SUM "lost 0 0\n", NUMBER },
          { SUM "fresh 0 0 0 0 0\n", NUMBER },
          { SUM "fresh 9 0 0 0 0 0\nend\n", "no such function or type" },
          { SUM "fresh - 0 0 0 9 0\nend\n", "no such function or type" },
          { SUM "fresh - 0 0 999 - 0\nend\n", "no such function or type" },
          { SUM "fresh - 0 0 0 - 256\nend\n", "no such function or type" },
          { SUM "name 3 0 0\nend\n", ABSENT },
          { SUM "name 9 0 0\nend\n", ABSENT },
          { SUM "name 4 0 0\nend\n", ABSENT },
          { SUM "name 5 0 0\nend\n", ABSENT },
          { SUM "name 5 9 0\nend\n", ABSENT },
          { SUM "name 6 99 0\nend\n", ABSENT },
          { SUM "name 7 0 0\nend\n", ABSENT },
          { SUM "name 99 0 0\nname 0 0 0\nref 0 0 0\nret 0 0 0 0\nleak 0 0 0\nhold 0 0 0\nput 0 0 0 0\narg 0 0 0 0 0\nend\n", ABSENT },
          { SUM "name 0 0 0\nref 0 0 999999\nend\n", ABSENT },
          { SUM "name 0 0 0\nleak 1 0 0\nend\n", ABSENT },
          { SUM "name 0 0 0\nhold 0 0 999999\nend\n", ABSENT },
          { SUM "name 0 0 0\narg 0 0 1 0 0\nend\n", ABSENT },
          { SUM "name 0 0 0\nref 0 0 0\nput 0 2 0 0\nend\n", ABSENT },
          { SUM "name 0 0 0\nref 0 0 0\nput 2 0 0 0\nend\n", ABSENT },
          { SUM "name 0 0 0\nref 0 0 0\nput 0 1 0 2\nend\n", ABSENT },
          { SUM "residual T 0 0 0 0 0\n", "a name in quotes" },
          { SUM "residual \"T 0 0 0 0 0\n", "a name in quotes" },
          { SUM "residual T\" 0 0 0 0 0 0\n", "a name in quotes" },
          { SUM "residual \"T", "a name in quotes" },
          { SUM "residual \"T\\", "a name in quotes" },
          { SUM "residual", "a name in quotes" },
          { SUM "residual \"nobody's\" 0 0 0 0 0 0\n", "no method of the program" },
          { SUM "residual \"\" 0 0 0 0 0\n", NUMBER },
          { SUM "residual \"\" 0 0 0 0 0 0 often\n", "does not belong" },
          { SUM "residual \"\" 0 0 0 0 0 0\norigins\n", "another word" },
          { SUM "residual \"\" 0 0 0 0 0 0\nspans x\n", NUMBER },
          { SUM "residual \"\" 0 0 0 0 0 0\nspans 1\nspans\n", "another word" },
          { SUM "residual \"\" 0 0 0 0 0 0\nspans\norigins x\n", NUMBER },
          { SUM "residual \"\" 0 0 0 0 0 0\nspans\norigins 9\n", "no such function" },
          { SUM "residual \"\" 0 0 1 0 0 0\nspans\norigins\nend\n", ABSENT },
          { SUM "residual \"\" 0 1 0 0 0 0\nspans\norigins\nend\n", ABSENT },
          { SUM "residual \"\" 0 0 0 0 1 0\nspans\norigins\nend\n", ABSENT },
          { SUM "residual \"\" 65536 0 0 0 0 0\nspans\norigins\nend\n", ABSENT },
          { SUM "residual \"\" 0 0 0 0 0 0\nspans 65536\norigins\nend\n", ABSENT },
          { SUM "name 0 0 0\narg 1 0 0 0 0\nresidual \"\" 0 0 0 0 1 0\nspans 1\norigins\nend\n", ABSENT },
          { SUM "name 0 0 0\narg 0 1 0 0 0\nresidual \"\" 0 0 0 0 1 0\nspans 1\norigins\nend\n", ABSENT },
          { SUM "name 99 0 0\nresidual \"\" 0 0 0 0 0 0\nspans\norigins\nend\n", ABSENT },
          { SUM "residual \"\" 1 0 0 0 0 0\nspans\norigins\nname 5 0 1\nend\n", ABSENT },
          { SUM "end nonsense\n", "does not belong" },
          { "assume coarse 0\nsummary 0 0 0\nend\n", ABSENT } };
  (void)state;
  struct record r;
  record_init (&r, &samples[0]);
  for (size_t k = 0; k < G_N_ELEMENTS (texts); k++)
    {
      g_autoptr (GError) error = NULL;
      struct sp_verify_setting setting = { r.precision, &r.budgets, r.rules, r.closed, SP_DERIVED_ALL };
      struct sp_verifier *v = sp_verifier_new (r.program, &setting, 1);
      struct sp_reader *reader = sp_reader_new (r.program, r.rules, false);
      if (sp_reader_read (reader, "t", texts[k][0], strlen (texts[k][0]), tell_verifier, v, &error))
        fail_msg ("%s: read", texts[k][0]);
      if (!strstr (error->message, texts[k][1]) || !g_str_has_prefix (error->message, "t:"))
        fail_msg ("%s: %s", texts[k][0], error->message);
      sp_reader_free (reader);
      sp_verifier_free (v);
    }
  record_done (&r);
}

/* What refers to what is there is read, whatever the checker makes of it. */
static void
good_texts (void **state)
{
  static const char *const texts[] = {
    SUM "end\n",
    SUM "residual \"\" 1 0 0 0 0 0\nspans\norigins 0\nname 5 0 0\nret 0 0 0 0\nend\n",
    SUM "name 6 0 0\nleak 0 0 0\nend\n",
    SUM "name 0 0 0\narg 0 0 0 0 0\nref 0 0 0\nresidual \"\" 0 0 1 0 1 0 invoke\nspans 1\norigins\nput 0 1 0 1\nend\n",
    SUM "lost 0 0 0\nhold 0 0 0\nname 1 0 0\nend\n",
    SUM "fresh - 1 0 0 - 1 multi collapsed storage recursive data\nname 4 0 0\nend\n",
    "assume coarse 0\nsummary 0 0 0 collapsed dropped crowded\nend\n",
    "assume main 0\nsummary none\n",
    "run main 0\nlimits 0\nobjects 0\ncells 0\nclaim 0 ideal go\nheap 0 ideal go unanswered\nsummary none # nothing\n",
  };
  (void)state;
  struct record r;
  record_init (&r, &samples[0]);
  for (size_t k = 0; k < G_N_ELEMENTS (texts); k++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) again = g_string_new (NULL);
      struct sp_reader *reader = sp_reader_new (r.program, r.rules, false);
      void *both[] = { &r, again };
      if (!sp_reader_read (reader, "t", texts[k], strlen (texts[k]), append_event, both, &error))
        fail_msg ("%s: %s", texts[k], error->message);
      assert_true (again->len > 0);
      assert_int_not_equal (check_text (&r, texts[k], strlen (texts[k])), SP_PROOF_VALID);
      sp_reader_free (reader);
    }
  record_done (&r);
}

/* --- files ------------------------------------------------------------------------------------------- */

static char *
new_folder (void)
{
  char *path = g_dir_make_tmp ("stackproof-verify-XXXXXX", NULL);
  assert_non_null (path);
  return path;
}

static void
write_file (const char *folder, const char *name, const char *data, size_t size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  assert_true (g_file_set_contents (path, data, (gssize)size, NULL));
}

static void
remove_folder (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir));)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      assert_int_equal (g_remove (path), 0);
    }
  assert_int_equal (g_rmdir (folder), 0);
  g_free (folder);
}

#define NAME64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FIRST "stackproof certificate 1\n"

/* A table of contents; the message that it is refused with, NULL where it is not. */
static void
bad_contents (void **state)
{
  static const char *const texts[][2] = {
    { FIRST "program " NAME64 "\nend\n", NULL },
    { FIRST "fields 1\nversions 0\nclosed 0\nderived roots\nbudget depth=2\nprogram " NAME64 "\ncomponent 0 " NAME64 "\nsettled 1 " NAME64
            "\nend\n",
      NULL },
    { FIRST "program " NAME64 "\nend", NULL },
    { "", "certificate:1: no such line" },
    { "\n", "certificate:1: no such line" },
    { "stackproof certificate 2\nend\n", "certificate:1: no such line" },
    { FIRST, "cut short" },
    { FIRST "program " NAME64 "\n", "cut short" },
    { FIRST "end\n", "cut short" },
    { FIRST "program " NAME64 "\nprogram " NAME64 "\nend\n", "certificate:3: no such line" },
    { FIRST "program x" NAME64 "\nend\n", "certificate:2: no such line" },
    { FIRST "program ../123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nend\n", "certificate:2: no such line" },
    { FIRST "program g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nend\n", "certificate:2: no such line" },
    { FIRST "component 0\nend\n", "certificate:2: no such line" },
    { FIRST "component x " NAME64 "\nend\n", "certificate:2: no such line" },
    { FIRST "component 0 " NAME64 "0\nend\n", "certificate:2: no such line" },
    { FIRST "component 4294967295 " NAME64 "\nend\n", "certificate:2: no such line" },
    { FIRST "fields 2\nend\n", "certificate:2: no such line" },
    { FIRST "versions\nend\n", "certificate:2: no such line" },
    { FIRST "closed yes\nend\n", "certificate:2: no such line" },
    { FIRST "derived some\nend\n", "certificate:2: no such line" },
    { FIRST "budget depth\nend\n", "certificate:2: no such line" },
    { FIRST "programme " NAME64 "\nend\n", "certificate:2: no such line" },
  };
  (void)state;
  char *folder = new_folder ();
  for (size_t k = 0; k < G_N_ELEMENTS (texts); k++)
    {
      struct sp_contents contents = { 0 };
      g_autoptr (GError) error = NULL;
      write_file (folder, "certificate", texts[k][0], strlen (texts[k][0]));
      bool ok = sp_contents_read (&contents, folder, &error);
      if (ok != !texts[k][1] || (!ok && !strstr (error->message, texts[k][1])))
        fail_msg ("%s: %s", texts[k][0], ok ? "read" : error->message);
      if (k == 1)
        {
          assert_true (contents.fields && !contents.versions && !contents.closed && contents.derived == SP_DERIVED_ROOTS);
          assert_int_equal (contents.budgets.depth, 2);
          assert_int_equal (contents.entries.size, 2);
          assert_true (!contents.entries.data[0].settled && contents.entries.data[1].settled && contents.entries.data[1].fn == 1);
        }
      sp_contents_clear (&contents);
    }
  remove_folder (folder);
}

/* Texts are kept by their content's name: what is read under a name is what was written, or an error. */
static void
store (void **state)
{
  static const char *const texts[] = { "", "x", "the same text, the same text, the same text, the same text" };
  (void)state;
  char *folder = new_folder ();
  for (size_t k = 0; k < G_N_ELEMENTS (texts); k++)
    {
      g_autoptr (GError) error = NULL;
      gsize size, packed_size;
      g_autofree char *name = sp_store_put (folder, texts[k], strlen (texts[k]), NULL);
      g_autofree char *twice = sp_store_put (folder, texts[k], strlen (texts[k]), NULL);
      g_autofree char *text = sp_store_get (folder, name, &size, NULL);
      assert_string_equal (name, twice);
      assert_int_equal (size, strlen (texts[k]));
      assert_string_equal (text, texts[k]);
      g_autofree char *file = g_strconcat (name, ".gz", NULL);
      g_autofree char *path = g_build_filename (folder, file, NULL), *packed = NULL;
      assert_true (g_file_get_contents (path, &packed, &packed_size, NULL));
      for (gsize n = 0; n < packed_size; n++)
        {
          write_file (folder, file, packed, n);
          assert_null (sp_store_get (folder, name, &size, &error));
          assert_true (g_error_matches (error, SP_CERTIFICATE_ERROR, SP_CERTIFICATE_ERROR_WRONG));
          g_clear_error (&error);
        }
      assert_null (sp_store_put ("/nonexistent", texts[k], strlen (texts[k]), &error));
      assert_non_null (error);
    }
  g_autoptr (GError) error = NULL;
  assert_null (sp_store_get (folder, NAME64, &(gsize){ 0 }, &error));
  assert_true (g_error_matches (error, SP_CERTIFICATE_ERROR, SP_CERTIFICATE_ERROR_ABSENT));
  remove_folder (folder);
}

/* --- what is left ------------------------------------------------------------------------------------ */

/* Nothing was told of many functions: the messages end with a count. */
static void
many_problems (void **state)
{
  (void)state;
  g_autoptr (GString) text = g_string_new ("gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\" root\n");
  for (unsigned k = 0; k < 50; k++)
    g_string_append_printf (text, "func @%u \"a.f%u\" 0 func() - src\nblock b0\n  %%x = alloc *int new !new \"x\"\n  ret\nend\n", k, k);
  struct sample s = { "many", NULL, SP_FULL, text->str };
  struct record r;
  record_init (&r, &s);
  struct sp_verify_setting setting = { r.precision, &r.budgets, r.rules, r.closed, SP_DERIVED_ALL };
  for (unsigned told = 0; told < 2; told++)
    {
      struct sp_verifier *v = sp_verifier_new (r.program, &setting, 1);
      if (told)
        vec_foreach (const struct event, x, &r.events)
          tell_one (v, x);
      sp_verifier_end (v);
      g_autofree char *messages = sp_verifier_messages (v);
      assert_int_equal (sp_verifier_verdict (v), told ? SP_PROOF_VALID : SP_PROOF_HOLEY);
      if (told)
        assert_string_equal (messages, "");
      else if (!strstr (messages, " more\n"))
        fail_msg ("%s", messages);
      sp_verifier_free (v);
    }
  record_done (&r);
}

static struct sp_step
find_step (const struct record *r, const struct event *x, const char *rule)
{
  uint32_t k = 0;
  while (strcmp (r->rules->rules[x->run.steps[k].rule].name, rule) != 0)
    assert_true (++k < x->run.n_steps);
  return x->run.steps[k];
}

/* A step more, at the end, where all else was derived. */
static void
reject_step (const struct record *r, struct event *x, struct sp_step step)
{
  x->run.steps = g_renew (struct sp_step, (struct sp_step *)x->run.steps, x->run.n_steps + 1);
  put_step (&x->run, x->run.n_steps, step);
  assert_int_equal (check (r), SP_PROOF_INVALID);
  drop_step (&x->run, x->run.n_steps - 1);
  assert_int_equal (check (r), SP_PROOF_VALID);
}

/* Cell is of untagged cells of that very object. The variables of s8 are c, o, v; box's first two are d and c1, which it boxes. */
static void
forge_cells (struct record *r)
{
  unsigned forged = 0;
  vec_foreach (struct event, x, &r->events)
    {
      if (x->e.kind != SP_E_RUN || x->run.n_steps == 0)
        continue;
      struct sp_step right = find_step (r, x, "s8"), box = find_step (r, x, "box"), wrong = right;
      wrong.values[0] = box.values[1];
      wrong.values[2] = box.values[0];
      for (uint32_t o = 0; o < x->run.n_objects; o++, forged++)
        {
          wrong.values[1] = o; /* its object among them: the cell is tagged */
          reject_step (r, x, wrong);
          struct sp_step other = right;
          other.values[1] = o;
          if (o != right.values[1])
            reject_step (r, x, other);
        }
    }
  assert_true (forged > 3);
}

static void
count_claim (void *data, gir_fn fn, const struct sp_claim *claim)
{
  (void)fn, (void)claim;
  ++*(unsigned *)data;
}

/* Rules of one's own, which may speak of all that the rules for whole programs do: certificates and derivations hold with them, and nothing
 * of what they rest on may be missing. */
static void
own_rules (void **state)
{
  static const char more[]
      = ".decl As(c:C, k:K, c1:C)\n.decl Raw(c:C)\n.decl Hidden(c:C)\n.decl Recast(c:C, c1:C)\n.decl Fits(c:C, k:K)\n.decl Match(c:C, "
        "k:K)\n"
        ".input As, Raw, Hidden, Recast, Fits, Match\n"
        ".decl w1(c:C)\n.decl w2(c:C)\n.decl w3(c:C)\n.decl w4(c:C)\n.decl w5(c:C)\n.decl w6(c:C)\n.decl w7(v:V)\n.decl w8(v:V)\n"
        ".decl w9(c:C)\n"
        "//: w1  as\nw1(c1) :- Box(d,v,k), pt(v,c), As(c,k,c1).\n"
        "//: w2  recast\nw2(c1) :- w1(c), Recast(c,c1).\n"
        "//: w3  raw\nw3(c) :- w2(c), Raw(c).\n"
        "//: w4  fits\nw4(c) :- Box(d,v,k), pt(v,c), Fits(c,k).\n"
        "//: w5  match\nw5(c) :- Box(d,v,k), pt(d,c), Match(c,k).\n"
        "//: w6  hidden\nw6(c) :- w1(c), Hidden(c).\n"
        "//: w7  a box\nw7(d) :- Box(d,_,_).\n"
        "//: w8  what is boxed\nw8(v) :- Box(_,v,_).\n"
        ".decl s1(c:C)\n.decl s2(c:C)\n.decl s3(c:C)\n.decl s4(c:C)\n.decl s5(c:C)\n.decl s6(c:C)\n.decl s7(c:C)\n.decl s8(c:C)\n.decl "
        "s9(c:C)\n"
        "//: s1  at\ns1(c) :- pt(v,c), At(c,c).\n"
        "//: s2  at\ns2(c) :- pt(v,c1), At(c,c1), pt(v1,c).\n"
        "//: s3  differ\ns3(c) :- pt(v,c), Differ(c,c).\n"
        "//: s4  sub\ns4(c) :- Offset(d,v,p), pt(v,c), Sub(c,p,c).\n"
        "//: s5  obj\ns5(c) :- Site(o), Obj(c,o), pt(v,c).\n"
        "//: s6  untag\ns6(c1) :- Box(d,v,k), Box(d1,v1,k1), pt(d,c), Untag(c,k1,c1).\n"
        "//: s7  cell\ns7(c) :- Site(o), Cell(o,c), mem(m,c,t).\n"
        "//: s8  cells of memory\ns8(c) :- Site(o), Cell(o,c), pt(v,c).\n"
        "//: s9  nothing: what is boxed is tagged\ns9(c) :- Box(d,v,k), pt(d,c), Cell(o,c), Site(o).\n"
        "//: w9  all\nw9(c) :- s1(c), s4(c1), s5(c2), s7(c3), s8(c4).\n"
        ".decl v1(o:O)\n.decl v2(o:O)\n"
        "//: v1  some of them\nv1(o) :- Site(o), w3(c), w4(c1), w5(c2).\n"
        "//: v2  more of them\nv2(o) :- v1(o), w6(c), w7(d), w8(v).\n"
        "//: all  all of them\nheapI(o) :- v2(o), w9(c).\n";
  static const char text[] = HEAD "func @0 \"a.f\" 0 func() - src\nblock b0\n  %x = alloc *int var !var \"x\"\n  %m = mkmap map[int]*int "
                                  "_\n  %i = iface iface{} %x *int\n"
                                  "  %j = iface iface{} %m map[int]*int\n  %a = assert *int %i *int\n  store %a 1\n  %p = alloc *pair new "
                                  "!new \"new(pair)\"\n  %k = iface iface{} %p *pair\n"
                                  "  %f = faddr **int %p .0\n  store %f %x\n  %g = faddr **int %p .1\n  store %g %x\n"
                                  "  %q = alloc *pair new !new \"q\"\n  %h = faddr **int %q .1\n  store %h %x\n  ret\nend\n";
  (void)state;
  struct sample s = { "own rules", NULL, SP_FULL, text, more };
  struct record r;
  record_init (&r, &s);
  unsigned heap = 0;
  vec_foreach (const struct event, x, &r.events)
    if (x->e.kind == SP_E_RUN)
      {
        heap += x->run.n_refusals;
        for (unsigned p = 0; p < r.rules->n_preds; p++)
          assert_true (x->run.derived[p].n == 0 || strcmp (r.rules->preds[p].name, "s9") != 0);
      }
  assert_true (heap > 0);
  assert_int_equal (check (&r), SP_PROOF_VALID);
  drop_each_tuple (&s, &r);
  drop_each_step (&s, &r);
  change_each_step (&s, &r);
  forge_cells (&r);
  record_done (&r);
}

/* Rules whose bodies cannot be looked up, which the parser refuses, are not taken to hold: the last atom is of the universe here. */
static void
rules_without_a_plan (void **state)
{
  static const char *const more[] = {
    ".decl every(o:O)\n//: every  always\nevery(o) :- Site(o).\n",
    ".decl some(o:O)\n//: some  beside another\nsome(o) :- Site(o), Site(o1).\n",
  };
  (void)state;
  struct record r;
  record_init (&r, find_sample ("straight"));
  assert_int_equal (check (&r), SP_PROOF_VALID);
  struct sp_rules *kept = r.rules;
  for (size_t k = 0; k < G_N_ELEMENTS (more); k++)
    {
      g_autofree char *text = g_strconcat (sp_rules_builtin, more[k], NULL);
      r.rules = sp_rules_parse ("t", text, NULL);
      assert_non_null (r.rules);
      struct sp_rule *last = &r.rules->rules[r.rules->n_rules - 1];
      last->body[last->n_body - 1].pred = SP_P_Local;
      vec_foreach (struct event, x, &r.events)
        if (x->e.kind == SP_E_RUN)
          {
            struct sp_tuples *all = g_new0 (struct sp_tuples, r.rules->n_preds);
            memcpy (all, x->run.derived, kept->n_preds * sizeof *all);
            g_free ((void *)x->run.derived);
            x->run.derived = all;
          }
      assert_int_equal (check (&r), SP_PROOF_INVALID);
      sp_rules_free (r.rules);
    }
  r.rules = kept;
  record_done (&r);
}

/* Where a budget left both passes undecided, that is said of both. */
static void
undecided_twice (void **state)
{
  (void)state;
  struct sample s = *find_sample ("degraded");
  s.budgets = "decisive=5,instances=5";
  struct record r;
  record_init (&r, &s);
  unsigned coarse = 0, holey = 0;
  for (uint32_t k = 0; k < r.events.size; k++)
    if (r.events.data[k].e.kind == SP_E_UNDECIDED)
      {
        coarse += r.events.data[k].e.pass == SP_PASS_COARSE;
        holey += check_without (&r, k).proof == SP_PROOF_HOLEY;
      }
  assert_int_equal (check (&r), SP_PROOF_VALID);
  assert_true (coarse > 0 && holey > 0);
  record_done (&r);
}

/* Claims that do not hold are not listed. */
static void
only_proved_claims_are_listed (void **state)
{
  (void)state;
  struct record r;
  record_init (&r, find_sample ("straight"));
  struct sp_verify_setting setting = { r.precision, &r.budgets, r.rules, r.closed, SP_DERIVED_ALL };
  unsigned listed[2] = { 0 };
  for (unsigned wrong = 0; wrong < 2; wrong++)
    {
      vec_foreach (struct event, x, &r.events)
        for (uint32_t k = 0; wrong && x->e.kind == SP_E_RUN && k < x->run.n_claims; k++)
          ((struct sp_claim *)&x->run.claims[k])->go = ((struct sp_claim *)&x->run.claims[k])->ideal = true;
      struct sp_verifier *v = sp_verifier_new (r.program, &setting, 1);
      vec_foreach (const struct event, x, &r.events)
        tell_one (v, x);
      sp_verifier_end (v);
      sp_verifier_foreach_claim (v, count_claim, &listed[wrong]);
      sp_verifier_free (v);
    }
  assert_true (listed[0] > 0);
  assert_int_equal (listed[1], 0);
  record_done (&r);
}

/* A step of a fixpoint decides nothing and stages nothing, whatever it says. */
static void
steps_do_not_decide (void **state)
{
  (void)state;
  struct record r;
  unsigned iterating = 0;
  record_init (&r, find_sample ("recursion"));
  vec_foreach (struct event, x, &r.events)
    if (x->e.kind == SP_E_RUN && x->run.iterating)
      {
        iterating++;
        x->run.stages = x->run.decides = true;
      }
  assert_true (iterating > 0);
  assert_int_equal (check (&r), SP_PROOF_VALID);
  vec_foreach (struct event, x, &r.events)
    if (x->e.kind == SP_E_RUN && !x->run.iterating)
      x->run.stages = x->run.decides = false;
  assert_int_equal (check (&r), SP_PROOF_HOLEY);
  record_done (&r);
}

/* A summary that is withheld where the round begins is not the one that it gives. */
static void
withhold (const struct sample *s, struct record *r)
{
  vec_foreach (struct event, x, &r->events)
    if (x->e.kind == SP_E_ASSUME && x->summary)
      {
        struct sp_summary *kept = x->summary;
        x->summary = NULL;
        if (check (r) == SP_PROOF_VALID)
          fail_msg ("%s: valid without a summary of %s", s->name, gir_string (r->program, r->program->funcs[x->e.fn].name));
        x->summary = kept;
      }
}

static void
no_summary_is_withheld (void **state)
{
  (void)state;
  foreach_sample (withhold);
}

int
main (void)
{
  static const struct CMUnitTest tests[] = {
    cmocka_unit_test (good_texts),
    cmocka_unit_test (bad_contents),
    cmocka_unit_test (store),
    cmocka_unit_test (many_problems),
    cmocka_unit_test (only_proved_claims_are_listed),
    cmocka_unit_test (steps_do_not_decide),
    cmocka_unit_test (no_summary_is_withheld),
    cmocka_unit_test (own_rules),
    cmocka_unit_test (rules_without_a_plan),
    cmocka_unit_test (undecided_twice),
    cmocka_unit_test (valid),
    cmocka_unit_test (forgotten_rounds),
    cmocka_unit_test (samples_cover),
    cmocka_unit_test (each_tuple_counts),
    cmocka_unit_test (each_number_counts),
    cmocka_unit_test (claims_are_checked),
    cmocka_unit_test (each_event_counts),
    cmocka_unit_test (each_step_counts),
    cmocka_unit_test (refusals_are_checked),
    cmocka_unit_test (undecided_is_said),
    cmocka_unit_test (summaries_are_checked),
    cmocka_unit_test (settled_is_checked),
    cmocka_unit_test (all_callers_count),
    cmocka_unit_test (targets_become_unknown),
    cmocka_unit_test (unknown_members),
    cmocka_unit_test (assumptions_stand),
    cmocka_unit_test (staging_counts),
    cmocka_unit_test (main_runs_stage),
    cmocka_unit_test (cut_runs_stand_alone),
    cmocka_unit_test (coarse_assumptions),
    cmocka_unit_test (models_stand),
    cmocka_unit_test (text_round_trip),
    cmocka_unit_test (no_text_crashes),
    cmocka_unit_test (bad_texts),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
