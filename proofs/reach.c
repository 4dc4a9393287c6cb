/* What can be reached from what: the collector of storage, and the judge of what outlives the activation or the loop pass that made it.
 *
 * A whole trace starts from the package variables, from the live registers, deferred calls and panics of all activations, and from what
 * waits in timers. The judge looks first at the young objects alone: an object younger than time t can only be held by an older one
 * that was written after t, and those writes are logged, or by the live registers of activations that ran since. Only what that finds
 * in doubt is confirmed by a whole trace, as the older holder may itself be garbage. */
#include "base/hash.h"
#include "proofs/capture.h"
#include "proofs/machine.h"

/* Visiting. */

static void visit_value (struct machine *m, gir_type t, const void *at);

static void
visit_address (struct machine *m, uint64_t address)
{
  struct object *o = address ? heap_find (&m->heap, address) : NULL;
  if (!o || o->mark == m->epoch || o->birth < m->youngest_only)
    return;
  o->mark = m->epoch;
  if (o->kind != OBJECT_BYTES)
    vec_push (&m->gray, o);
}

static void
visit_array (struct machine *m, gir_type elem, uint64_t n, const uint8_t *at)
{
  uint64_t size = type_size (m, elem);
  if (!m->types[elem].pointers)
    return;
  for (uint64_t k = 0; k < n; k++)
    visit_value (m, elem, at + k * size);
}

static void
visit_fields (struct machine *m, gir_type t, const struct gir_type_info *i, const uint8_t *at)
{
  for (uint32_t k = 0; k < i->n_fields; k++)
    {
      const struct gir_field *f = &m->p->fields[i->fields + k];
      uint64_t offset = i->kind == GIR_T_TUPLE ? tuple_offset (m, t, k) : f->offset;
      if (m->types[f->type].pointers)
        visit_value (m, f->type, at + offset);
    }
}

static void
visit_value (struct machine *m, gir_type t, const void *at)
{
  const struct gir_type_info *i = type_info (m, t);
  const uint64_t *words = at;
  switch (i->kind)
    {
    case GIR_T_PTR:
    case GIR_T_UNSAFEPTR:
    case GIR_T_MAP:
    case GIR_T_CHAN:
    case GIR_T_FUNC:
    case GIR_T_STRING:
    case GIR_T_SLICE: visit_address (m, words[0]); break;
    case GIR_T_IFACE: visit_address (m, words[1]); break;
    case GIR_T_ARRAY: visit_array (m, i->elem, i->length, at); break;
    case GIR_T_STRUCT:
    case GIR_T_TUPLE: visit_fields (m, t, i, at); break;
    default: break;
    }
}

static void
visit_captured (struct machine *m, const struct gir_func *f, const uint8_t *at)
{
  for (uint32_t k = 0; k < f->n_free; k++)
    visit_value (m, f->params[f->n_params + k].type, at + code_free_offset (m, f, k));
}

static void
visit_chan (struct machine *m, struct go_chan *c)
{
  if (!m->types[c->elem].pointers)
    return;
  for (int64_t k = 0; k < c->count; k++)
    visit_value (m, c->elem, c->buffer + (c->head + k) % c->capacity * c->elem_size);
}

static void
visit_object (struct machine *m, struct object *o)
{
  uint8_t *data = object_data (o);
  switch ((enum object_kind)o->kind)
    {
    case OBJECT_PLAIN:
      if (type_size (m, o->type))
        visit_array (m, o->type, o->size / type_size (m, o->type), data);
      break;
    case OBJECT_CLOSURE: visit_captured (m, &m->p->funcs[o->type], data + 8); break;
    case OBJECT_MAP: map_trace (m, o, visit_value); break;
    case OBJECT_CHAN: visit_chan (m, (struct go_chan *)(void *)data); break;
    case OBJECT_ITER:
      visit_address (m, (uint64_t)(uintptr_t)((struct go_iter *)(void *)data)->map);
      visit_address (m, (uint64_t)(uintptr_t)((struct go_iter *)(void *)data)->ptr);
      break;
    case OBJECT_BYTES:
    case OBJECT_FREE: break;
    }
}

static void
drain (struct machine *m)
{
  while (!vec_empty (&m->gray))
    {
      struct object *o = vec_pop (&m->gray);
      visit_object (m, o);
    }
}

/* Roots. */

/* The parameters and captured variables of a call that has not begun. */
static void
visit_arguments (struct machine *m, const struct code *c, const uint8_t *at)
{
  if (!c)
    return;
  if (!c->f)
    {
      const uint64_t *data = (const uint64_t *)(const void *)at;
      if (c != m->own[OWN_BUILTIN])
        return;
      at += 8 + data[0] % (1ull << 32) * 8;
      for (uint32_t k = 0; k < (uint32_t)data[0]; k++)
        {
          visit_value (m, (gir_type)data[1 + k], at);
          at += register_size (m, (gir_type)data[1 + k]);
        }
      return;
    }
  const uint8_t *start = at;
  for (uint32_t k = 0; k < c->f->n_params; k++)
    {
      visit_value (m, c->f->params[k].type, at);
      at += register_size (m, c->f->params[k].type);
    }
  visit_captured (m, c->f, start + c->free);
}

static void
visit_live (struct machine *m, struct frame *f, uint32_t instr, bool after)
{
  const struct live_set *set = code_live (m, f->code, instr, after);
  const uint8_t *regs = frame_regs (f);
  for (uint32_t k = 0; k < set->n; k++)
    visit_value (m, set->slots[k].type, regs + set->slots[k].offset);
}

static void
visit_registers (struct machine *m, struct goroutine *g, struct frame *f)
{
  struct code *c = f->code;
  if (c->native)
    {
      visit_arguments (m, c, frame_regs (f));
      return;
    }
  if (f->pc == 0 && f->state == FRAME_BEFORE)
    visit_address (m, f->closure);
  if (f->state == FRAME_UNWINDING)
    {
      if (c->f->recover != GIR_INVALID)
        visit_live (m, f, c->f->blocks[c->f->recover].first, false);
      return;
    }
  uint32_t pc = f->state == FRAME_CALLING ? f->pc - 1 : f->pc, instr = c->origin[pc];
  visit_live (m, f, instr, f->state == FRAME_CALLING);
  if (f == g->top && g->woken && c->f->instrs[instr].type) /* what was received while it waited */
    visit_value (m, c->f->instrs[instr].type, frame_regs (f) + c->offsets[gir_func_instr_value (c->f, instr)]);
}

static void
visit_deferred (struct machine *m, const struct frame *f)
{
  for (const struct deferred *d = f->defers; d; d = d->next)
    {
      visit_arguments (m, d->code, (const uint8_t *)d->data);
      visit_address (m, d->closure);
    }
}

static void
visit_goroutine (struct machine *m, struct goroutine *g, const struct frame *except)
{
  for (struct frame *f = g->top; f; f = f->caller)
    if (f != except)
      {
        visit_registers (m, g, f);
        visit_deferred (m, f);
        if (f->flags & FRAME_HOOK)
          {
            visit_address (m, (uint64_t)(uintptr_t)f->hook_list);
            visit_address (m, (uint64_t)(uintptr_t)f->result);
          }
      }
  for (struct panicking *p = g->panics; p; p = p->next)
    visit_address (m, (uint64_t)(uintptr_t)p->value.data);
}

static void
visit_globals (struct machine *m)
{
  for (uint32_t k = 0; k < m->p->n_globals; k++)
    if (m->types[m->p->globals[k].type].pointers)
      visit_value (m, m->p->globals[k].type, m->globals + m->global_at[k]);
}

/* Marks everything that lives; the activation @except holds nothing. */
static void
mark_all (struct machine *m, const struct frame *except)
{
  visit_globals (m);
  for (struct goroutine *g = m->all; g; g = g->all)
    if (!g->dead)
      visit_goroutine (m, g, except);
  vec_foreach (struct timer, t, &m->timers)
    visit_address (m, t->timer);
  natives_visit (m, visit_address);
  drain (m);
}

/* The collector. */

/* The words that hold the latest object of each site must not name dead ones. */
static void
forget_site_words (struct machine *m, struct frame *f)
{
  uint64_t *word = (uint64_t *)(void *)(f + 1);
  const uint32_t *list = f->code->site_words;
  for (uint32_t k = 0; list && k < f->code->n_site_words; k++)
    {
      struct object **o = (struct object **)(void *)((uint8_t *)word + f->code->image_size + (int32_t)list[k]);
      if (*o && (*o)->mark != m->epoch)
        *o = NULL;
    }
}

/* Objects that die are watched no more. */
static void
forget_dead (struct machine *m)
{
  for (struct goroutine *g = m->all; g; g = g->all)
    for (struct frame *f = g->top; f; f = f->caller)
      {
        struct object **link = &f->made;
        while (*link)
          if ((*link)->mark == m->epoch)
            link = &(*link)->next_made;
          else
            *link = (*link)->next_made;
        forget_site_words (m, f);
      }
  uint32_t n = 0;
  vec_foreach (struct log_entry, e, &m->log)
    if (!e->holder || e->holder->mark == m->epoch)
      m->log.data[n++] = *e;
  m->log.size = n;
}

/* What an object with a finalizer refers to lives, so that of a chain of such objects the first one is finalized first. */
static void
mark_behind_finalizers (struct machine *m)
{
  vec_foreach (struct finalizer, z, &m->finalizers)
    {
      visit_object (m, z->object);
      visit_address (m, (uint64_t)(uintptr_t)z->function);
    }
  drain (m);
}

void
reach_collect (struct machine *m)
{
  m->epoch++;
  m->youngest_only = 0;
  mark_all (m, NULL);
  mark_behind_finalizers (m);
  natives_finalize (m, visit_address);
  drain (m);
  if (m->watch)
    forget_dead (m);
  heap_sweep (&m->heap, m->epoch);
}

/* The judge. */

void
reach_made (struct machine *m, struct frame *f, struct object *o)
{
  const struct site *s = &m->sites.data[o->site];
  o->frame = f->id;
  if (s->exit_known)
    return;
  o->next_made = f->made;
  f->made = o;
}

/* Packs the log when it gets long: the latest write of each holder is enough. */
static void
pack_log (struct machine *m)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  uint32_t n = m->log.size;
  for (uint32_t k = m->log.size; k-- > 0;)
    if (g_hash_table_add (seen, m->log.data[k].holder))
      m->log.data[--n] = m->log.data[k];
  memmove (m->log.data, m->log.data + n, (m->log.size - n) * sizeof *m->log.data);
  m->log.size -= n;
  m->log_limit = MAX (1u << 16, m->log.size * 2);
}

void
reach_stored (struct machine *m, const void *address)
{
  struct object *holder = heap_find (&m->heap, (uint64_t)(uintptr_t)address);
  if (!holder)
    {
      m->globals_written = m->heap.clock + 1;
      return;
    }
  if (holder->birth == m->heap.clock) /* nothing is younger */
    return;
  if (!vec_empty (&m->log) && vec_last (&m->log).holder == holder)
    {
      vec_last (&m->log).time = m->heap.clock + 1;
      return;
    }
  struct log_entry e = { holder, m->heap.clock + 1 };
  vec_push (&m->log, e);
  if (m->log.size > m->log_limit)
    pack_log (m);
}

/* Starts a trace among the objects that are not older than @birth, from everything that may hold them but the running frame. */
static void
mark_young (struct machine *m, struct goroutine *g, uint64_t birth)
{
  m->epoch++;
  m->youngest_only = birth;
  if (m->globals_written >= birth)
    visit_globals (m);
  for (uint32_t k = m->log.size; k-- > 0 && m->log.data[k].time >= birth;)
    if (m->log.data[k].holder->birth < birth)
      visit_object (m, m->log.data[k].holder);
  for (struct goroutine *other = m->all; other; other = other->all)
    if (other != g && !other->dead && other->ran_at >= birth)
      visit_goroutine (m, other, NULL);
  for (struct panicking *p = g->panics; p; p = p->next)
    visit_address (m, (uint64_t)(uintptr_t)p->value.data);
  /* Deferred calls of outer activations may have been added by this one (range over functions). */
  for (struct frame *f = g->top->caller; f; f = f->caller)
    visit_deferred (m, f);
}

static void
report (struct machine *m, const struct site *s, const char *kind)
{
  const struct gir_func *f = &m->p->funcs[s->fn];
  const struct gir_instr *i = &f->instrs[s->instr];
  FILE *out = m->options.outlives;
  if (!out || capture_by_value (m->p, s->fn, s->instr))
    return;
  g_autofree char *file = i->pos.line ? g_strescape (gir_string (m->p, m->p->files[i->pos.file]), NULL) : g_strdup ("");
  g_autofree char *function = g_strescape (gir_string (m->p, f->name), NULL);
  fprintf (out, "{\"file\":\"%s\",\"line\":%u,\"col\":%u,\"func\":\"%s\",\"instr\":%u,\"observed\":\"%s\"}\n", file, i->pos.line,
           i->pos.col, function, s->instr, kind);
}

static void
note_exit (struct machine *m, const struct object *o)
{
  struct site *s = &m->sites.data[o->site];
  if (o->mark != m->epoch || s->exit_known)
    return;
  s->exit_known = true;
  report (m, s, "exit");
}

/* The results that a return instruction hands over: R places, types by the signature. */
static void
visit_results (struct machine *m, struct frame *f, const uint32_t *list)
{
  const uint8_t *regs = frame_regs (f);
  if (!list)
    return;
  for (uint32_t k = 0; k < f->code->f->n_results; k++, list += 3)
    visit_value (m, f->code->f->results[k].type, regs + (int32_t)list[0]);
}

static bool
any_marked (const struct machine *m, const struct frame *f)
{
  for (const struct object *o = f->made; o; o = o->next_made)
    if (o->mark == m->epoch && !m->sites.data[o->site].exit_known)
      return true;
  return false;
}

static bool
any_unknown (const struct machine *m, const struct frame *f)
{
  for (const struct object *o = f->made; o; o = o->next_made)
    if (!m->sites.data[o->site].exit_known)
      return true;
  return false;
}

static uint64_t
oldest_made (const struct frame *f)
{
  const struct object *o = f->made;
  while (o->next_made)
    o = o->next_made;
  return o->birth;
}

static bool
worth_a_trace (struct machine *m)
{
  uint64_t every = m->options.check;
  return every <= 1 || m->n_doubts++ % every == 0;
}

void
reach_exit (struct machine *m, struct goroutine *g, struct frame *f, const uint32_t *results)
{
  if (f->code->native || !any_unknown (m, f))
    return;
  m->n_checks++;
  /* What the results hold outlives the activation for certain. */
  m->epoch++;
  m->youngest_only = oldest_made (f);
  visit_results (m, f, results);
  drain (m);
  for (struct object *o = f->made; o; o = o->next_made)
    note_exit (m, o);
  mark_young (m, g, oldest_made (f));
  drain (m);
  if (!any_marked (m, f) || !worth_a_trace (m))
    return;
  m->n_traces++;
  m->epoch++;
  m->youngest_only = 0;
  visit_results (m, f, results);
  mark_all (m, f);
  for (struct object *o = f->made; o; o = o->next_made)
    note_exit (m, o);
}

void
reach_rerun (struct machine *m, struct goroutine *g, struct frame *f, struct object *earlier)
{
  struct site *s = &m->sites.data[earlier->site];
  m->n_checks++;
  mark_young (m, g, earlier->birth);
  visit_registers (m, g, f);
  visit_deferred (m, f);
  drain (m);
  if (earlier->mark != m->epoch || !worth_a_trace (m))
    return;
  m->n_traces++;
  m->epoch++;
  m->youngest_only = 0;
  mark_all (m, NULL);
  if (earlier->mark != m->epoch)
    return;
  s->rerun_known = true;
  report (m, s, "rerun");
}

/* Observed points-to facts. */

static guint
pair_hash (gconstpointer key)
{
  const uint64_t *k = key;
  return hash_u32 ((uint32_t)(k[0] ^ k[0] >> 32) * 31 + (uint32_t)k[1]);
}

static gboolean
pair_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 16) == 0;
}

static void
print_fact (const struct machine *m, const struct gir_func *f, gir_value value, const struct site *s)
{
  const struct gir_func *of = &m->p->funcs[s->fn];
  const struct gir_instr *into = gir_value_instr (f, value), *made = &of->instrs[s->instr];
  gir_str reg = into ? into->name : f->params[value].name;
  struct gir_pos at = into ? into->pos : f->params[value].pos;
  gir_str code = made->op == GIR_OP_CLOSURE ? m->p->funcs[gir_operand_index (of->operands[made->args])].name : 0;
  g_autofree char *function = g_strescape (gir_string (m->p, f->name), NULL), *maker = g_strescape (gir_string (m->p, of->name), NULL),
                  *closure = g_strescape (code ? gir_string (m->p, code) : "", NULL);
  fprintf (m->options.facts,
           "{\"func\":\"%s\",\"reg\":\"%s\",\"phi\":%s,\"line\":%u,\"col\":%u,\"site_func\":\"%s\",\"site_line\":%u,\"site_col\":%u,"
           "\"site_code\":\"%s\"}\n",
           function, gir_string (m->p, reg), into && into->op == GIR_OP_PHI ? "true" : "false", at.line, at.col, maker, made->pos.line,
           made->pos.col, closure);
}

void
reach_target (struct machine *m, const struct code *c, uint32_t value, uint64_t pointer)
{
  struct object *o = pointer ? heap_find (&m->heap, pointer) : NULL;
  if (!o || o->site == SITE_NONE)
    return;
  const struct site *s = &m->sites.data[o->site];
  uint64_t *key = g_new (uint64_t, 2);
  key[0] = (uint64_t)c->fn << 32 | value;
  key[1] = o->site;
  if (!m->facts)
    m->facts = g_hash_table_new_full (pair_hash, pair_equal, g_free, NULL);
  if (g_hash_table_add (m->facts, key))
    print_fact (m, c->f, value, s);
}
