#include "constraints/solution.h"

#include "base/check.h"

void
sp_solution_foreach (const struct sp_solution *s, enum sp_pred pred, uint32_t key, sp_tuple_func each, void *data)
{
  const struct sp_relation *r = &s->relations[pred];
  unsigned index = pred == SP_P_pt ? s->pt_by_value : s->target_by_call;
  SP_CHECK (pred == SP_P_pt || pred == SP_P_target);
  for (uint32_t t = sp_relation_probe (r, index, &key); t != SP_NO_TUPLE; t = sp_relation_next (r, index, t))
    if (sp_relation_tuple (r, t)[0] == key)
      each (data, sp_relation_tuple (r, t)[1]);
}
