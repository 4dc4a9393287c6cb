/* Which registers hold something that is still used. */
#pragma once

#include "proofs/machine.h"

struct liveness;
void liveness_free (struct liveness *l);
