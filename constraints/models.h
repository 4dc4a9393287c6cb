/* The table of models, models.def: functions whose effect is written down, not analysed. */
#pragma once
#include "constraints/summary.h"

enum sp_effect
{
  SP_EFFECT_NONE,
  SP_EFFECT_SAME,
  SP_EFFECT_LOAD,
  SP_EFFECT_STORE,
  SP_EFFECT_SWAP,
  SP_EFFECT_CAS,
  SP_EFFECT_ALIAS, /* from here to CALL: of arguments whole */
  SP_EFFECT_READ,
  SP_EFFECT_DERIVE,
  SP_EFFECT_REACH,
  SP_EFFECT_FRESH,
  SP_EFFECT_CLONE,
  SP_EFFECT_WRAP,
  SP_EFFECT_WRITE,
  SP_EFFECT_UPDATE,
  SP_EFFECT_FILL,
  SP_EFFECT_ADVANCE,
  SP_EFFECT_GROW,
  SP_EFFECT_APPEND,
  SP_EFFECT_MERGE,
  SP_EFFECT_EXTEND,
  SP_EFFECT_MOVE,
  SP_EFFECT_HOLD,
  SP_EFFECT_NUMBER,
  SP_EFFECT_CONTENT,
  SP_EFFECT_CALL,
  SP_EFFECT_TEXT,
  SP_EFFECT_UNKNOWN,
  SP_EFFECT_BODY,
  SP_EFFECT_LAYOUT
};

struct sp_model
{
  const char *name;
  enum sp_effect effect;
  const char *source;
};

extern const struct sp_model sp_models[];
extern const unsigned sp_n_models;

/* The entry for a function's name; NULL where it is not listed. */
const struct sp_model *sp_model_find (const char *name);
/* What stands for @fn's body: true and *@summary (NULL: an unknown callee) where the table or a missing body decides; false when the body
 * is to be analysed. */
bool sp_model_summary (const struct sp_types *types, gir_fn fn, bool collapsed, struct sp_summary **summary);
