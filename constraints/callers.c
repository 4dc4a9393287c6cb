#include "constraints/callers.h"

#include "constraints/generic.h"

/* Dynamic calls reach a method by its name. */
static void
take_methods (const GirProgram *p, struct sp_callers *c)
{
  bool *invoked = g_new0 (bool, p->n_strings + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t i = 0; i < p->funcs[fn].n_instrs; i++)
      if (p->funcs[fn].instrs[i].op == GIR_OP_INVOKE)
        invoked[p->funcs[fn].instrs[i].aux] = true;
  for (uint32_t k = 0; k < p->n_methods; k++)
    {
      const char *name = gir_string (p, p->methods[k].name);
      bool by_reflection = strchr (name, '.') == NULL;
      c->taken[p->methods[k].fn] |= by_reflection || invoked[p->methods[k].name];
    }
  g_free (invoked);
}

static void
take_operands (const GirProgram *p, gir_fn fn, struct sp_callers *c)
{
  const struct gir_func *f = &p->funcs[fn];
  for (uint32_t i = 0; i < f->n_instrs; i++)
    for (uint32_t k = 0; k < f->instrs[i].n_args; k++)
      {
        gir_operand x = f->operands[f->instrs[i].args + k];
        if (gir_operand_kind (x) != GIR_FUNC)
          continue;
        if (k == 0 && f->instrs[i].op == GIR_OP_CALL)
          c->called[gir_operand_index (x)] = true;
        else
          c->taken[gir_operand_index (x)] = true;
      }
}

/* Instances of generic functions that are out of sight call what the generic ones name: functions, and methods of any type. */
static void
take_generic (const GirProgram *p, struct sp_callers *c)
{
  c->names = sp_generic_names (p);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    c->generic[fn] = sp_generic_has (c->names, gir_string (p, p->funcs[fn].name));
  for (uint32_t k = 0; k < p->n_methods; k++)
    c->generic[p->methods[k].fn] |= sp_generic_has (c->names, gir_string (p, p->methods[k].name));
}

void
sp_callers_init (struct sp_callers *c, const GirProgram *p)
{
  c->taken = g_new0 (bool, p->n_funcs + 1);
  c->called = g_new0 (bool, p->n_funcs + 1);
  c->generic = g_new0 (bool, p->n_funcs + 1);
  take_generic (p, c);
  take_methods (p, c);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    take_operands (p, fn, c);
  for (uint32_t k = 0; k < p->n_links; k++)
    c->taken[p->links[k].fn] = true;
}

void
sp_callers_done (struct sp_callers *c)
{
  g_clear_pointer (&c->taken, g_free);
  g_clear_pointer (&c->called, g_free);
  g_clear_pointer (&c->generic, g_free);
  g_clear_pointer (&c->names, g_hash_table_unref);
}

/* The exporter marks such functions as exported. */
bool
sp_callers_shown (const GirProgram *p, gir_fn fn)
{
  const struct gir_func *f = &p->funcs[fn];
  const char *name = gir_string (p, f->name), *dot = strrchr (name, '.');
  bool declared = f->kind == GIR_F_SRC || f->kind == GIR_F_INST;
  return declared && f->exported && dot && !g_unichar_isupper (g_utf8_get_char_validated (dot + 1, -1));
}

bool
sp_callers_known (const struct sp_callers *c, const GirProgram *p, gir_fn fn, bool closed)
{
  const struct gir_func *f = &p->funcs[fn];
  const char *name = gir_string (p, f->name);
  bool entry = f->kind == GIR_F_INIT || g_str_has_suffix (name, ".main") || g_str_has_suffix (name, ".init");
  bool outside = f->exported && (!closed || entry || f->linkname || sp_callers_shown (p, fn));
  outside |= !closed && c->generic[fn];
  return !outside && !c->taken[fn] && c->called[fn];
}
