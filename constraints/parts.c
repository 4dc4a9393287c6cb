#include "constraints/parts.h"

void
sp_parts_push (const GirProgram *p, gir_type t, bool signatures, u32_vec *found)
{
  const struct gir_type_info *info = &p->types[t];
  bool parts
      = info->kind == GIR_T_STRUCT || info->kind == GIR_T_TUPLE || (signatures && (info->kind == GIR_T_FUNC || info->kind == GIR_T_IFACE));
  if (info->kind == GIR_T_MAP)
    vec_push (found, info->key);
  if (info->elem)
    vec_push (found, info->elem);
  for (uint32_t k = 0; parts && k < info->n_fields; k++)
    vec_push (found, p->fields[info->fields + k].type);
}

void
sp_parts_reach (const GirProgram *p, gir_type t, bool signatures, bool *seen, u32_vec *found)
{
  uint32_t done = found->size;
  vec_push (found, t);
  while (done < found->size)
    {
      gir_type u = gir_underlying (p, found->data[done]);
      if (seen[u])
        {
          found->data[done] = found->data[--found->size];
          continue;
        }
      seen[u] = true;
      found->data[done++] = u;
      sp_parts_push (p, u, signatures, found);
    }
}
