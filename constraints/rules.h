/* The rule table: escape.dl parsed. The one representation of the rules that the grounder, Z3, the exporters and the tests read. */
#pragma once
#include "base/relation.h"
#include <glib.h>

#define SP_RULES_ERROR (sp_rules_error_quark ())
GQuark sp_rules_error_quark (void);
enum sp_rules_error
{
  SP_RULES_ERROR_SYNTAX
};

enum
{
  SP_MAX_BODY = 7,
  SP_MAX_VARS = 14
};
#define SP_WILDCARD 0xff

/* Predicates that lowering and engine name; others may be declared by a rule file. */
enum sp_pred
{
#define SP_FACT(name, arity) SP_P_##name,
#define SP_UNIVERSE(name, arity, given) SP_P_##name,
#define SP_DERIVED(name, arity) SP_P_##name,
#include "constraints/predicates.def"
#undef SP_FACT
#undef SP_UNIVERSE
#undef SP_DERIVED
  SP_N_PREDS
};

enum sp_pred_kind
{
  SP_PRED_FACT,
  SP_PRED_UNIVERSE,
  SP_PRED_DERIVED
};

struct sp_predicate
{
  const char *name;
  uint8_t arity;
  uint8_t given; /* of the universe: how many columns determine the others; else 0 */
  enum sp_pred_kind kind;
  char domains[SP_MAX_ARITY]; /* of its columns: the first letters of their types */
};

struct sp_atom
{
  uint16_t pred;
  uint8_t args[SP_MAX_ARITY]; /* variable numbers, or SP_WILDCARD */
};

struct sp_rule
{
  const char *name;
  const char *sentence;
  struct sp_atom head;
  struct sp_atom body[SP_MAX_BODY];
  uint8_t n_body;
  uint8_t n_vars;
};

struct sp_rules
{
  struct sp_predicate *preds; /* the first SP_N_PREDS are those of enum sp_pred */
  unsigned n_preds;
  struct sp_rule *rules;
  unsigned n_rules;
  char *text; /* as parsed */
  void *storage;
};

/* The text of constraints/rules/escape.dl, embedded at build. */
extern const char sp_rules_builtin[];
/* Likewise constraints/rules/pointsto.dl, the rules for whole programs. */
extern const char sp_rules_pointsto[];

/* Parses @text (@name names it in messages). A predicate of enum sp_pred must have its arity; a head must not be a fact or universe
 * predicate. NULL and @error "NAME:LINE: message" on bad input. */
struct sp_rules *sp_rules_parse (const char *name, const char *text, GError **error);
void sp_rules_free (struct sp_rules *rules);
/* Whether variable @var, which is no wildcard then, is among the arguments of @atom. */
bool sp_rules_mention (const struct sp_rules *rules, const struct sp_atom *atom, uint8_t var);
