/* Type descriptors in the layout of Go's internal/abi.Type, so that the standard library's own reflect can run on the machine.
 * Descriptor number t lies at statics + t * RTYPE_STRIDE; it is filled in when the first interface value of the type, or of a type that
 * mentions it, can come up. Names lie behind all descriptors. */
#pragma once

#include "proofs/machine.h"

enum
{
  RTYPE_STRIDE = 512,
  RTYPE_NAMES = 64 << 20, /* room for names, reserved only */
};

void rtypes_init (struct machine *m);
void rtypes_clear (struct machine *m);
/* Whether [address, address + size) lies in memory of the machine that programs may read. */
bool rtype_is_static (const struct machine *m, uint64_t address, uint64_t size);
/* Memory that lives as long as the machine; for constants. */
void *static_new (struct machine *m, size_t size);
