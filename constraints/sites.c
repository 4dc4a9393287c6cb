#include "constraints/sites.h"
#include "constraints/types.h"

static bool
has_constant_operand (const struct gir_func *f, const struct gir_instr *i)
{
  for (uint32_t k = 0; k < i->n_args; k++)
    if (gir_operand_kind (f->operands[i->args + k]) != GIR_CONST)
      return false;
  return true;
}

bool
sp_site_never_allocates (const GirProgram *p, const struct gir_func *f, const struct gir_instr *i)
{
  if (i->op != GIR_OP_IFACE)
    return false;
  return has_constant_operand (f, i) || p->types[i->type2].size == 0 || sp_types_pointer_shaped (p, i->type2);
}
