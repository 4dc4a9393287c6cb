#include "frontend/gir_verify.h"
#include "base/u32map.h"
#include "base/vec.h"
#include "frontend/flow.h"
#include "frontend/gir_names.h"

struct gir_verifier
{
  const GirProgram *p;
  struct u32map names; /* function name -> function */
  u32_vec block_of;    /* of each instruction */

  /* of the function at hand */
  const struct gir_func *f;
  struct gir_cfg *cfg; /* NULL if there is one block only */
  bool *after_recover; /* blocks that the recover block reaches; NULL without one */
  struct gir_fault *fault;
};

/* The type of an operand, as far as it has one: constants have none, and there may be no type for a pointer to a global. */
struct operand_type
{
  enum
  {
    ANY_TYPE,
    THIS_TYPE,
    POINTER_TO_TYPE
  } how;
  gir_type type;
};

#define KIND(k) (1u << GIR_T_##k)

GirVerifier *
gir_verifier_new (const GirProgram *p)
{
  GirVerifier *v = g_new0 (GirVerifier, 1);
  v->p = p;
  return v;
}

void
gir_verifier_free (GirVerifier *v)
{
  if (!v)
    return;
  u32map_clear (&v->names);
  vec_clear (&v->block_of);
  g_free (v);
}

static bool G_GNUC_PRINTF (3, 4) fail (struct gir_verifier *v, const struct gir_instr *i, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  v->fault->instr = i ? (uint32_t)(i - v->f->instrs) : GIR_INVALID;
  g_vsnprintf (v->fault->message, sizeof v->fault->message, format, args);
  va_end (args);
  return false;
}

static enum gir_type_kind
kind_of (const struct gir_verifier *v, gir_type t)
{
  return v->p->types[gir_underlying (v->p, t)].kind;
}

static const struct gir_type_info *
structure (const struct gir_verifier *v, gir_type t)
{
  return &v->p->types[gir_underlying (v->p, t)];
}

static gir_type
field_type (const struct gir_verifier *v, const struct gir_type_info *t, uint32_t k)
{
  return v->p->fields[t->fields + k].type;
}

static gir_operand
arg (const struct gir_verifier *v, const struct gir_instr *i, uint32_t k)
{
  return v->f->operands[i->args + k];
}

static struct operand_type
type_of (const struct gir_verifier *v, gir_operand x)
{
  uint32_t n = gir_operand_index (x);
  switch (gir_operand_kind (x))
    {
    case GIR_VALUE: return (struct operand_type){ THIS_TYPE, gir_value_type (v->f, n) };
    case GIR_GLOBAL: return (struct operand_type){ POINTER_TO_TYPE, v->p->globals[n].type };
    case GIR_FUNC: return (struct operand_type){ THIS_TYPE, v->p->funcs[n].type };
    default: return (struct operand_type){ ANY_TYPE, 0 };
    }
}

static bool
fail_type (struct gir_verifier *v, const struct gir_instr *i, uint32_t k, const char *wanted)
{
  struct operand_type t = type_of (v, arg (v, i, k));
  g_autofree char *text = gir_type_text (v->p, t.type);
  return fail (v, i, "operand %u of %s has type %s%s, not %s; correct the operand or convert it first", k + 1, gir_op_name (i->op),
               t.how == POINTER_TO_TYPE ? "*" : "", text, wanted);
}

/* Operand @k is of one of @kinds, which @wanted names; @type is its type, underlying, and 0 where that cannot be told. */
static bool
want_kind (struct gir_verifier *v, const struct gir_instr *i, uint32_t k, unsigned kinds, const char *wanted, gir_type *type)
{
  struct operand_type t = type_of (v, arg (v, i, k));
  enum gir_type_kind kind = t.how == POINTER_TO_TYPE ? GIR_T_PTR : kind_of (v, t.type);
  *type = t.how == THIS_TYPE ? gir_underlying (v->p, t.type) : 0;
  return t.how == ANY_TYPE || (kinds >> kind & 1) || fail_type (v, i, k, wanted);
}

/* Operand @k has the type @type; 0 stands for any. */
static bool
want_type (struct gir_verifier *v, const struct gir_instr *i, uint32_t k, gir_type type)
{
  struct operand_type t = type_of (v, arg (v, i, k));
  if (!type || t.how == ANY_TYPE || (t.how == THIS_TYPE && t.type == type))
    return true;
  if (t.how == POINTER_TO_TYPE && kind_of (v, type) == GIR_T_PTR && structure (v, type)->elem == t.type)
    return true;
  g_autofree char *text = gir_type_text (v->p, type);
  return fail_type (v, i, k, text);
}

/* The result is of kind @kind. */
static bool
want_result_kind (struct gir_verifier *v, const struct gir_instr *i, enum gir_type_kind kind, const char *wanted)
{
  g_autofree char *text = NULL;
  if (kind_of (v, i->type) == kind)
    return true;
  text = gir_type_text (v->p, i->type);
  return fail (v, i, "result of %s has type %s, not %s; correct its type", gir_op_name (i->op), text, wanted);
}

static bool
want_result (struct gir_verifier *v, const struct gir_instr *i, gir_type type)
{
  if (!type || i->type == type)
    return true;
  g_autofree char *text = gir_type_text (v->p, i->type), *wanted = gir_type_text (v->p, type);
  return fail (v, i, "result of %s has type %s, not %s; correct its type", gir_op_name (i->op), text, wanted);
}

static bool
want_pointer_result (struct gir_verifier *v, const struct gir_instr *i, gir_type elem)
{
  if (!want_result_kind (v, i, GIR_T_PTR, "a pointer"))
    return false;
  if (!elem || structure (v, i->type)->elem == elem)
    return true;
  g_autofree char *text = gir_type_text (v->p, i->type), *wanted = gir_type_text (v->p, elem);
  return fail (v, i, "result of %s has type %s, not *%s; correct its type", gir_op_name (i->op), text, wanted);
}

/* The result is @type, or (@type, bool) with `ok`. */
static bool
want_result_ok (struct gir_verifier *v, const struct gir_instr *i, gir_type type)
{
  if (!i->flag)
    return want_result (v, i, type);
  const struct gir_type_info *t = structure (v, i->type);
  return (t->kind == GIR_T_TUPLE && t->n_fields == 2 && (!type || field_type (v, t, 0) == type)
          && kind_of (v, field_type (v, t, 1)) == GIR_T_BOOL)
         || fail (v, i, "result of %s with `ok' is no tuple of the value's type and bool; correct its type", gir_op_name (i->op));
}

/* What operand @k points to: 0 where that cannot be told. */
static bool
want_pointer (struct gir_verifier *v, const struct gir_instr *i, uint32_t k, gir_type *elem)
{
  gir_type t;
  gir_operand x = arg (v, i, k);
  if (!want_kind (v, i, k, KIND (PTR), "a pointer", &t))
    return false;
  *elem = gir_operand_kind (x) == GIR_GLOBAL ? v->p->globals[gir_operand_index (x)].type : t ? v->p->types[t].elem : 0;
  return true;
}

static bool
want_integer (struct gir_verifier *v, const struct gir_instr *i, uint32_t k)
{
  gir_type t;
  return want_kind (v, i, k, KIND (INT) | KIND (UINTPTR), "an integer", &t);
}

/* Memory. */

static bool
check_store (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type elem;
  return want_pointer (v, i, 0, &elem) && want_type (v, i, 1, elem);
}

static bool
check_load (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type elem;
  return want_pointer (v, i, 0, &elem) && want_result (v, i, elem);
}

/* Part i->aux of the type @whole (0: unknown), which must be of @kind. */
static bool
want_part (struct gir_verifier *v, const struct gir_instr *i, gir_type whole, enum gir_type_kind kind, const char *wanted, gir_type *part)
{
  *part = 0;
  if (!whole)
    return true;
  const struct gir_type_info *t = structure (v, whole);
  if (t->kind != kind)
    return fail_type (v, i, 0, wanted);
  if (i->aux >= t->n_fields)
    return fail (v, i, "%s of field %u, but the type has %u; they are numbered from 0", gir_op_name (i->op), i->aux, t->n_fields);
  *part = field_type (v, t, i->aux);
  return true;
}

static bool
check_faddr (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type elem, part;
  return want_pointer (v, i, 0, &elem) && want_part (v, i, elem, GIR_T_STRUCT, "a pointer to a struct", &part)
         && want_pointer_result (v, i, part);
}

static bool
check_field (struct gir_verifier *v, const struct gir_instr *i, enum gir_type_kind kind, const char *wanted)
{
  gir_type whole, part;
  return want_kind (v, i, 0, 1u << kind, wanted, &whole) && want_part (v, i, whole, kind, wanted, &part) && want_result (v, i, part);
}

/* The elements behind operand 0 of @kinds, a pointer being one to an array. */
static bool
want_elements (struct gir_verifier *v, const struct gir_instr *i, unsigned kinds, const char *wanted, gir_type *elem)
{
  gir_type t;
  *elem = 0;
  if (!want_kind (v, i, 0, kinds, wanted, &t))
    return false;
  bool pointer = type_of (v, arg (v, i, 0)).how == POINTER_TO_TYPE || (t && v->p->types[t].kind == GIR_T_PTR);
  if (pointer && (!want_pointer (v, i, 0, &t) || (kind_of (v, t) != GIR_T_ARRAY && !fail_type (v, i, 0, wanted))))
    return false;
  if (t && kind_of (v, t) != GIR_T_STRING)
    *elem = structure (v, t)->elem;
  return true;
}

static bool
check_iaddr (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type elem;
  return want_elements (v, i, KIND (SLICE) | KIND (PTR), "a slice or pointer to an array", &elem) && want_integer (v, i, 1)
         && want_pointer_result (v, i, elem);
}

static bool
check_index (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type elem;
  return want_elements (v, i, KIND (ARRAY) | KIND (STRING), "an array or string", &elem) && want_integer (v, i, 1)
         && (elem ? want_result (v, i, elem) : true);
}

static bool
check_slice (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type elem;
  for (uint32_t k = 1; k < 4; k++)
    if (gir_operand_kind (arg (v, i, k)) != GIR_NONE && !want_integer (v, i, k))
      return false;
  if (!want_elements (v, i, KIND (SLICE) | KIND (STRING) | KIND (PTR), "a slice, string or pointer to an array", &elem))
    return false;
  if (!elem)
    return kind_of (v, i->type) == GIR_T_STRING || want_result_kind (v, i, GIR_T_SLICE, "a slice or string");
  return want_result_kind (v, i, GIR_T_SLICE, "a slice")
         && (structure (v, i->type)->elem == elem || fail (v, i, "result of slice has other elements than its operand; correct its type"));
}

static bool
check_s2ap (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  return want_kind (v, i, 0, KIND (SLICE), "a slice", &t) && want_pointer_result (v, i, 0)
         && (kind_of (v, structure (v, i->type)->elem) == GIR_T_ARRAY
             || fail (v, i, "result of s2ap is no pointer to an array; correct its type"));
}

/* Interfaces and conversions. */

static bool
check_iface (struct gir_verifier *v, const struct gir_instr *i)
{
  if (kind_of (v, i->type2) == GIR_T_IFACE)
    return fail (v, i, "iface of an interface; use chiface");
  return want_type (v, i, 0, i->type2) && want_result_kind (v, i, GIR_T_IFACE, "an interface");
}

static bool
check_chiface (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  return want_kind (v, i, 0, KIND (IFACE), "an interface", &t) && want_result_kind (v, i, GIR_T_IFACE, "an interface");
}

static bool
check_chtype (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  return want_kind (v, i, 0, 1u << kind_of (v, i->type), "of the same kind as the result", &t);
}

static bool
check_assert (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  return want_kind (v, i, 0, KIND (IFACE), "an interface", &t) && want_result_ok (v, i, i->type2);
}

/* Maps and channels. */

static bool
check_lookup (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  if (!want_kind (v, i, 0, KIND (MAP) | KIND (STRING), "a map or string", &t))
    return false;
  if (t && v->p->types[t].kind == GIR_T_MAP)
    return want_type (v, i, 1, v->p->types[t].key) && want_result_ok (v, i, v->p->types[t].elem);
  return (!t || want_integer (v, i, 1)) && want_result_ok (v, i, 0);
}

static bool
check_mapset (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  return want_kind (v, i, 0, KIND (MAP), "a map", &t) && want_type (v, i, 1, v->p->types[t].key)
         && want_type (v, i, 2, v->p->types[t].elem);
}

static bool
check_range (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  if (!want_kind (v, i, 0, KIND (MAP) | KIND (STRING), "a map or string", &t))
    return false;
  unsigned iterators = KIND (UNSAFEPTR) | KIND (MAP) | (v->p->types[t].kind == GIR_T_MAP ? 0 : KIND (STRING));
  return (iterators >> kind_of (v, i->type) & 1) || fail (v, i, "result of range is no iterator; give it the operand's type");
}

static bool
check_next (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_operand x = arg (v, i, 0);
  const struct gir_instr *range = gir_operand_kind (x) == GIR_VALUE ? gir_value_instr (v->f, gir_operand_index (x)) : NULL;
  if (!want_result_kind (v, i, GIR_T_TUPLE, "a tuple"))
    return false;
  if (structure (v, i->type)->n_fields != 3)
    return fail (v, i, "result of next has not three parts; they are ok, key and value");
  return (range && range->op == GIR_OP_RANGE) || fail (v, i, "operand of next is not what a range yields; name that");
}

static bool
check_channel (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  if (!want_kind (v, i, 0, KIND (CHAN), "a channel", &t))
    return false;
  return i->op == GIR_OP_SEND ? want_type (v, i, 1, v->p->types[t].elem) : want_result_ok (v, i, v->p->types[t].elem);
}

static bool
check_select (struct gir_verifier *v, const struct gir_instr *i)
{
  uint32_t n_received = 0;
  for (uint32_t k = 0; k < i->n_args; k += 2)
    {
      gir_type t;
      bool sends = gir_operand_kind (arg (v, i, k + 1)) != GIR_NONE;
      n_received += !sends;
      if (!want_kind (v, i, k, KIND (CHAN), "a channel", &t) || (sends && !want_type (v, i, k + 1, v->p->types[t].elem)))
        return false;
    }
  return want_result_kind (v, i, GIR_T_TUPLE, "a tuple")
         && (structure (v, i->type)->n_fields == 2 + n_received
             || fail (v, i, "result of select has not %u parts; they are the index, ok and each value received", 2 + n_received));
}

/* Operators. */

static bool
check_un (struct gir_verifier *v, const struct gir_instr *i)
{
  return want_type (v, i, 0, i->type) && (i->sub != GIR_X_NOT || want_result_kind (v, i, GIR_T_BOOL, "bool"));
}

static bool
check_bin (struct gir_verifier *v, const struct gir_instr *i)
{
  if (i->sub >= GIR_X_EQ)
    return want_result_kind (v, i, GIR_T_BOOL, "bool");
  if (i->sub == GIR_X_SHL || i->sub == GIR_X_SHR)
    return want_type (v, i, 0, i->type) && want_integer (v, i, 1);
  return want_type (v, i, 0, i->type) && want_type (v, i, 1, i->type);
}

/* Calls. */

/* The parts [first, n) of a signature are the operands from @arg on. */
static bool
check_arguments (struct gir_verifier *v, const struct gir_instr *i, const struct gir_type_info *signature)
{
  if (i->n_args - 1 != signature->n_params)
    return fail (v, i, "%s of a function of %u parameters with %u arguments; pass one for each, a variadic rest as one slice",
                 gir_op_name (i->op), signature->n_params, i->n_args - 1);
  for (uint32_t k = 0; k < signature->n_params; k++)
    if (!want_type (v, i, k + 1, field_type (v, signature, k)))
      return false;
  return true;
}

static bool
check_call_result (struct gir_verifier *v, const struct gir_instr *i, const struct gir_type_info *signature)
{
  uint32_t n = signature->n_fields - signature->n_params;
  if (i->mode != GIR_CALL_PLAIN)
    return true;
  if (n == 1 && i->type)
    return want_result (v, i, field_type (v, signature, signature->n_params));
  const struct gir_type_info *t = structure (v, i->type);
  bool fits = n ? t->kind == GIR_T_TUPLE && t->n_fields == n : !i->type;
  for (uint32_t k = 0; k < n && fits; k++)
    fits = field_type (v, t, k) == field_type (v, signature, signature->n_params + k);
  return fits || fail (v, i, "result of %s does not fit the %u results of the function; none, one, or a tuple", gir_op_name (i->op), n);
}

static bool
check_call (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  if (!want_kind (v, i, 0, KIND (FUNC), "a function", &t))
    return false;
  return !t || (check_arguments (v, i, &v->p->types[t]) && check_call_result (v, i, &v->p->types[t]));
}

/* The method @name of an interface, by halves; NULL if it has none such. */
static const struct gir_field *
find_method (const struct gir_verifier *v, const struct gir_type_info *t, gir_str name)
{
  uint32_t low = 0, high = t->n_fields;
  while (low < high)
    {
      uint32_t middle = low + (high - low) / 2;
      const struct gir_field *m = &v->p->fields[t->fields + middle];
      if (m->name == name)
        return m;
      if (strcmp (gir_string (v->p, m->name), gir_string (v->p, name)) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

static bool
check_invoke (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  if (!want_kind (v, i, 0, KIND (IFACE), "an interface", &t))
    return false;
  if (!t)
    return true;
  const struct gir_field *m = find_method (v, &v->p->types[t], i->aux);
  if (!m)
    return fail (v, i, "the interface has no method \"%s\"; correct the name or the interface", gir_string (v->p, i->aux));
  const struct gir_type_info *signature = structure (v, m->type);
  if (signature->kind != GIR_T_FUNC)
    return fail (v, i, "method \"%s\" of the interface is no function; declare its signature", gir_string (v->p, i->aux));
  return check_arguments (v, i, signature) && check_call_result (v, i, signature);
}

static const uint8_t builtin_args[GIR_B_COUNT] = {
  [GIR_B_APPEND] = 1,    [GIR_B_CAP] = 1,    [GIR_B_CLEAR] = 1,      [GIR_B_CLOSE] = 1,      [GIR_B_COMPLEX] = 2,
  [GIR_B_COPY] = 2,      [GIR_B_DELETE] = 2, [GIR_B_IMAG] = 1,       [GIR_B_LEN] = 1,        [GIR_B_MAX] = 1,
  [GIR_B_MIN] = 1,       [GIR_B_PANIC] = 1,  [GIR_B_REAL] = 1,       [GIR_B_ADD] = 2,        [GIR_B_SLICE] = 2,
  [GIR_B_SLICEDATA] = 1, [GIR_B_STRING] = 2, [GIR_B_STRINGDATA] = 1, [GIR_B_WRAPNILCHK] = 1,
};

static bool
check_builtin (struct gir_verifier *v, const struct gir_instr *i)
{
  return i->n_args >= builtin_args[i->sub]
         || fail (v, i, "builtin %s with %u arguments; it takes %u", gir_builtin_name (i->sub), i->n_args, builtin_args[i->sub]);
}

static bool
check_closure (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_operand callee = arg (v, i, 0);
  const struct gir_func *g = &v->p->funcs[gir_operand_index (callee)];
  if (gir_operand_kind (callee) != GIR_FUNC)
    return fail (v, i, "closure of no function; write closure TYPE @N ...");
  if (i->n_args - 1 != g->n_free)
    return fail (v, i, "closure with %u captured variables of a function that has %u; pass one for each", i->n_args - 1, g->n_free);
  for (uint32_t k = 0; k < g->n_free; k++)
    if (!want_type (v, i, k + 1, g->params[g->n_params + k].type))
      return false;
  return want_result_kind (v, i, GIR_T_FUNC, "a function");
}

/* Ends of blocks, phis. */

static bool
check_ret (struct gir_verifier *v, const struct gir_instr *i)
{
  if (i->n_args != v->f->n_results)
    return fail (v, i, "ret of %u values from a function of %u results; return one for each", i->n_args, v->f->n_results);
  for (uint32_t k = 0; k < i->n_args; k++)
    if (!want_type (v, i, k, v->f->results[k].type))
      return false;
  return true;
}

static bool
check_br (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  return want_kind (v, i, 0, KIND (BOOL), "bool", &t);
}

static bool
check_panic (struct gir_verifier *v, const struct gir_instr *i)
{
  gir_type t;
  return want_kind (v, i, 0, KIND (IFACE), "an interface", &t);
}

static bool
check_phi (struct gir_verifier *v, const struct gir_instr *i)
{
  const struct gir_basic_block *b = &v->f->blocks[v->block_of.data[i - v->f->instrs]];
  if (i != v->f->instrs + b->first && i[-1].op != GIR_OP_PHI)
    return fail (v, i, "phi behind another instruction; phis come first in their block");
  if (i->n_args != b->n_preds)
    return fail (v, i, "phi with %u edges in a block of %u predecessors; list each once", i->n_args, b->n_preds);
  for (uint32_t k = 0; k < i->n_args; k++)
    if (!want_type (v, i, k, i->type))
      return false;
  return true;
}

static bool
check_types (struct gir_verifier *v, const struct gir_instr *i)
{
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_ALLOC: return want_pointer_result (v, i, 0);
    case GIR_OP_LOAD: return check_load (v, i);
    case GIR_OP_STORE: return check_store (v, i);
    case GIR_OP_FADDR: return check_faddr (v, i);
    case GIR_OP_IADDR: return check_iaddr (v, i);
    case GIR_OP_FIELD: return check_field (v, i, GIR_T_STRUCT, "a struct");
    case GIR_OP_INDEX: return check_index (v, i);
    case GIR_OP_EXTRACT: return check_field (v, i, GIR_T_TUPLE, "a tuple");
    case GIR_OP_SLICE: return check_slice (v, i);
    case GIR_OP_IFACE: return check_iface (v, i);
    case GIR_OP_CHIFACE: return check_chiface (v, i);
    case GIR_OP_CHTYPE: return check_chtype (v, i);
    case GIR_OP_ASSERT: return check_assert (v, i);
    case GIR_OP_CONV: return want_type (v, i, 0, i->type2);
    case GIR_OP_S2AP: return check_s2ap (v, i);
    case GIR_OP_CLOSURE: return check_closure (v, i);
    case GIR_OP_MKSLICE: return want_result_kind (v, i, GIR_T_SLICE, "a slice") && want_integer (v, i, 0) && want_integer (v, i, 1);
    case GIR_OP_MKMAP: return want_result_kind (v, i, GIR_T_MAP, "a map") && want_integer (v, i, 0);
    case GIR_OP_MKCHAN: return want_result_kind (v, i, GIR_T_CHAN, "a channel") && want_integer (v, i, 0);
    case GIR_OP_LOOKUP: return check_lookup (v, i);
    case GIR_OP_MAPSET: return check_mapset (v, i);
    case GIR_OP_RANGE: return check_range (v, i);
    case GIR_OP_NEXT: return check_next (v, i);
    case GIR_OP_SEND:
    case GIR_OP_RECV: return check_channel (v, i);
    case GIR_OP_SELECT: return check_select (v, i);
    case GIR_OP_PHI: return check_phi (v, i);
    case GIR_OP_UN: return check_un (v, i);
    case GIR_OP_BIN: return check_bin (v, i);
    case GIR_OP_CALL: return check_call (v, i);
    case GIR_OP_INVOKE: return check_invoke (v, i);
    case GIR_OP_BUILTIN: return check_builtin (v, i);
    case GIR_OP_PANIC: return check_panic (v, i);
    case GIR_OP_RET: return check_ret (v, i);
    case GIR_OP_BR: return check_br (v, i);
    default: return true;
    }
}

/* References. */

/* Whether the value of instruction @def is there when @use runs in, or control leaves, block @b. Control may come to the recover
 * block from any call, but what the entry block allocates comes before those. */
static bool
is_defined_at (const struct gir_verifier *v, uint32_t def, uint32_t use, uint32_t b)
{
  uint32_t d = v->block_of.data[def];
  if (!v->cfg)
    return def < use;
  if (!v->cfg->reachable[b])
    return true;
  if (d == b)
    return def < use;
  return gir_cfg_dominates (v->cfg, d, b) || (v->after_recover && v->after_recover[b] && d == 0 && v->f->instrs[def].op == GIR_OP_ALLOC);
}

static bool
check_value (struct gir_verifier *v, const struct gir_instr *i, gir_value x, uint32_t phi_edge)
{
  uint32_t base = gir_func_first_instr_value (v->f), use = (uint32_t)(i - v->f->instrs), b = v->block_of.data[use];
  if (x >= gir_func_n_values (v->f) || !gir_value_type (v->f, x))
    return fail (v, i, "operand of %s is no value; use a parameter or an instruction with a result", gir_op_name (i->op));
  if (x < base)
    return true;
  if (i->op == GIR_OP_PHI && phi_edge < v->f->blocks[b].n_preds)
    {
      b = v->f->edges[v->f->blocks[b].preds + phi_edge];
      use = v->f->blocks[b].first + v->f->blocks[b].count;
    }
  return is_defined_at (v, x - base, use, b)
         || fail (v, i, "register %%%s is not defined on every way to this use; define it in a block that dominates block b%u",
                  gir_string (v->p, v->f->instrs[x - base].name), b);
}

static bool
check_operand (struct gir_verifier *v, const struct gir_instr *i, gir_operand x, uint32_t phi_edge, bool optional)
{
  uint32_t n = gir_operand_index (x);
  const char *op = gir_op_name (i->op);
  switch (gir_operand_kind (x))
    {
    case GIR_VALUE: return check_value (v, i, n, phi_edge);
    case GIR_GLOBAL:
      return n < v->p->n_globals || fail (v, i, "operand $%u of %s: there are %u globals; declare it", n, op, v->p->n_globals);
    case GIR_FUNC: return n < v->p->n_funcs || fail (v, i, "function @%u of %s does not exist; the program has %u", n, op, v->p->n_funcs);
    case GIR_CONST: return n < v->p->n_consts || fail (v, i, "constant of %s out of range; this is an internal error", op);
    case GIR_NONE: return optional || fail (v, i, "operand of %s is missing; only sizes may be `_'", op);
    default: return fail (v, i, "operand of %s is malformed; this is an internal error", op);
    }
}

static bool
check_operands (struct gir_verifier *v, const struct gir_instr *i)
{
  for (uint32_t k = 0; k < i->n_args; k++)
    {
      bool optional = i->op == GIR_OP_SLICE ? k > 0 : i->op == GIR_OP_SELECT ? k % 2 : i->op == GIR_OP_MKMAP;
      if (!check_operand (v, i, arg (v, i, k), k, optional))
        return false;
    }
  return !gir_instr_has_defer_stack (i) || check_operand (v, i, i->aux2, 0, true);
}

/* The shape of the function. */

static bool
check_block (struct gir_verifier *v, uint32_t b)
{
  const struct gir_basic_block *block = &v->f->blocks[b];
  for (uint32_t k = 0; k < block->count; k++)
    {
      const struct gir_instr *i = &v->f->instrs[block->first + k];
      if (gir_op_is_terminator (i->op) != (k + 1 == block->count))
        return fail (v, i, "block b%u has not its only jmp, br, ret or panic at its end; divide the block", b);
      vec_push (&v->block_of, b);
    }
  return block->count > 0 || fail (v, NULL, "block b%u is empty; end it with jmp, br, ret or panic", b);
}

static bool
check_instrs (struct gir_verifier *v)
{
  for (uint32_t k = 0; k < v->f->n_instrs; k++)
    {
      const struct gir_instr *i = &v->f->instrs[k];
      if (!check_operands (v, i) || !check_types (v, i))
        return false;
    }
  return true;
}

/* Blocks after the recover block, which needs no dominator of theirs to have run. */
static void
mark_after_recover (struct gir_verifier *v)
{
  g_auto (u32_vec) work = { 0 };
  vec_push (&work, v->f->recover);
  while (!vec_empty (&work))
    {
      uint32_t b = vec_pop (&work);
      if (v->after_recover[b])
        continue;
      v->after_recover[b] = true;
      for (uint32_t k = 0; k < v->f->blocks[b].n_succs; k++)
        vec_push (&work, v->f->blocks[b].succs[k]);
    }
}

static bool
check_body (struct gir_verifier *v)
{
  const struct gir_func *f = v->f;
  g_autofree bool *after_recover = f->recover == GIR_INVALID ? NULL : g_new0 (bool, f->n_blocks);
  vec_reset (&v->block_of);
  for (uint32_t b = 0; b < f->n_blocks; b++)
    if (!check_block (v, b))
      return false;
  v->after_recover = after_recover;
  if (after_recover)
    mark_after_recover (v);
  v->cfg = f->n_blocks > 1 ? gir_cfg_new (f) : NULL;
  bool ok = check_instrs (v);
  g_clear_pointer (&v->cfg, gir_cfg_free);
  v->after_recover = NULL;
  return ok;
}

static bool
check_signature (struct gir_verifier *v)
{
  const struct gir_func *f = v->f;
  const struct gir_type_info *t = structure (v, f->type);
  if (t->kind != GIR_T_FUNC)
    return fail (v, NULL, "type of the function is no func; write its signature");
  if (f->n_params != t->n_params || f->n_results != t->n_fields - t->n_params)
    return fail (v, NULL, "%u param and %u result lines, but the signature has %u and %u; write a line for each", f->n_params, f->n_results,
                 t->n_params, t->n_fields - t->n_params);
  /* Signatures of generic functions may be equal but for the names of their type parameters, and are one type then. */
  if (f->kind == GIR_F_GENERIC)
    return true;
  for (uint32_t k = 0; k < t->n_params; k++)
    if (f->params[k].type != field_type (v, t, k))
      return fail (v, NULL, "type of param %%%s is not that of the signature; make them equal", gir_string (v->p, f->params[k].name));
  for (uint32_t k = 0; k < f->n_results; k++)
    if (f->results[k].type != field_type (v, t, t->n_params + k))
      return fail (v, NULL, "type of result %u is not that of the signature; make them equal", k);
  return true;
}

static bool
check_result_allocs (struct gir_verifier *v)
{
  for (uint32_t k = 0; k < v->f->n_results; k++)
    {
      const struct gir_result *r = &v->f->results[k];
      if (r->alloc == GIR_INVALID)
        continue;
      const struct gir_instr *i = r->alloc < gir_func_n_values (v->f) ? gir_value_instr (v->f, r->alloc) : NULL;
      if (!i || i->op != GIR_OP_ALLOC || kind_of (v, i->type) != GIR_T_PTR || structure (v, i->type)->elem != r->type)
        return fail (v, NULL, "result %u is not held by an alloc of its type; name the alloc of the result variable", k);
    }
  return true;
}

static bool
check_header (struct gir_verifier *v, gir_fn fn)
{
  const struct gir_func *f = v->f;
  const char *name = gir_string (v->p, f->name);
  if (*u32map_at (&v->names, f->name, fn) != fn)
    return fail (v, NULL, "another function is named \"%s\" too; names are unique", name);
  if (f->parent != GIR_INVALID && f->parent >= v->p->n_funcs)
    return fail (v, NULL, "enclosing function @%u does not exist; the program has %u", f->parent, v->p->n_funcs);
  if (f->origin != GIR_INVALID && f->origin >= v->p->n_funcs)
    return fail (v, NULL, "origin @%u does not exist; the program has %u functions", f->origin, v->p->n_funcs);
  return check_signature (v) && check_result_allocs (v);
}

bool
gir_verify_func (GirVerifier *v, gir_fn fn, struct gir_fault *fault)
{
  v->f = &v->p->funcs[fn];
  v->fault = fault;
  return check_header (v, fn) && check_body (v);
}
