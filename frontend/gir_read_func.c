#include "frontend/gir_limits.h"
#include "frontend/gir_names.h"
#include "frontend/gir_reader.h"

static const char *
text_of (const struct gir_reader *r, gir_str s)
{
  return interner_texts (r->strings)[s];
}

/* Registers. */

static uint32_t
n_values (const struct gir_body *b)
{
  return b->params.size + b->instrs.size;
}

static struct gir_register *
register_named (struct gir_reader *r, gir_str name)
{
  if (name >= r->registers.size)
    vec_resize (&r->registers, MAX (interner_size (r->strings), name + 1));
  return &r->registers.data[name];
}

static bool
define (struct gir_reader *r, gir_str name, gir_value value)
{
  struct gir_register *x = register_named (r, name);
  if (x->epoch == r->epoch)
    return gir_fail (r, GIR_ERROR_SYNTAX, "register %%%s is defined twice; give each definition a name of its own", text_of (r, name));
  if (value > GIR_MAX_INDEX)
    return gir_fail (r, GIR_ERROR_LIMIT, "more than %u values in a function; split it", GIR_MAX_INDEX);
  *x = (struct gir_register){ r->epoch, value };
  return true;
}

/* The value of a register; where it is not defined yet, a note to put it in later. */
static gir_operand
use (struct gir_reader *r, gir_str name, enum gir_fixup_kind kind, uint32_t index)
{
  const struct gir_register *x = register_named (r, name);
  if (x->epoch == r->epoch)
    return gir_operand_new (GIR_VALUE, x->value);
  vec_push (&r->body.fixups, ((struct gir_fixup){ kind, index, name, r->lex.line }));
  return gir_operand_new (GIR_NONE, 0);
}

static bool
apply_fixups (struct gir_reader *r)
{
  struct gir_body *b = &r->body;
  vec_foreach (struct gir_fixup, f, &b->fixups)
    {
      const struct gir_register *x = register_named (r, f->name);
      if (x->epoch != r->epoch)
        return gir_fail_at (r, f->line, GIR_ERROR_SYNTAX, "register %%%s is not defined in this function; define it or correct the name",
                            text_of (r, f->name));
      switch (f->kind)
        {
        case GIR_FIX_OPERAND: b->operands.data[f->index] = gir_operand_new (GIR_VALUE, x->value); break;
        case GIR_FIX_AUX2: b->instrs.data[f->index].aux2 = gir_operand_new (GIR_VALUE, x->value); break;
        case GIR_FIX_RESULT: b->results.data[f->index].alloc = x->value; break;
        }
    }
  return true;
}

/* Operands. */

static bool
add_const (struct gir_reader *r, struct u32map *known, struct gir_const c, gir_operand *x)
{
  uint32_t *slot = u32map_at (known, c.text, r->consts.size);
  if (*slot == r->consts.size)
    vec_push (&r->consts, c);
  *x = gir_operand_new (GIR_CONST, *slot);
  return r->consts.size <= GIR_MAX_INDEX || gir_fail (r, GIR_ERROR_LIMIT, "more than %u constants; split the program", GIR_MAX_INDEX);
}

static bool
is_digits (const char *text, size_t length)
{
  size_t n = 0;
  while (n < length && g_ascii_isdigit (text[n]))
    n++;
  return n > 0 && n == length;
}

static bool
read_number_const (struct gir_reader *r, gir_operand *x)
{
  const struct gir_token *t = &r->token;
  size_t minus = *t->text == '-';
  struct gir_const c = { .kind = GIR_C_INT };
  if (!gir_parse_i64 (t->text, t->length, &c.value))
    {
      c = (struct gir_const){ .kind = GIR_C_NUM };
      if (!is_digits (t->text + minus, t->length - minus))
        return gir_fail_expected (r, "number", "write integers in decimal, and `num' for any other number");
    }
  c.text = interner_add (r->strings, t->text, t->length);
  return add_const (r, &r->ints, c, x);
}

/* `num:REAL` or `num:REAL:IMAG` in C's hexadecimal notation. */
static bool
is_valued_number (const struct gir_token *t)
{
  if (t->kind != GIR_TOKEN_WORD || t->length < 5 || memcmp (t->text, "num:", 4) != 0)
    return false;
  for (size_t i = 4; i < t->length; i++)
    if (!g_ascii_isxdigit (t->text[i]) && !strchr ("xp.+-:", t->text[i]))
      return false;
  return true;
}

static const char *const const_words[] = { "nil", "zero", "false", "true" }; /* as the reader numbers these constants */

static bool
read_const (struct gir_reader *r, gir_operand *x)
{
  const struct gir_token *t = &r->token;
  if (t->kind == GIR_TOKEN_STRING)
    return add_const (r, &r->texts, (struct gir_const){ .kind = GIR_C_STRING, .text = interner_add (r->strings, t->text, t->length) }, x);
  if (t->kind == GIR_TOKEN_WORD && (*t->text == '-' || g_ascii_isdigit (*t->text)))
    return read_number_const (r, x);
  for (uint32_t i = 0; i < G_N_ELEMENTS (const_words); i++)
    if (gir_token_is (t, const_words[i]))
      {
        *x = gir_operand_new (GIR_CONST, i);
        return true;
      }
  if (gir_token_is (t, "num"))
    return add_const (r, &r->ints, (struct gir_const){ .kind = GIR_C_NUM, .text = interner_add (r->strings, "num", 3) }, x);
  if (is_valued_number (t))
    return add_const (r, &r->ints, (struct gir_const){ .kind = GIR_C_NUM, .text = interner_add (r->strings, t->text, t->length) }, x);
  return gir_fail_expected (r, "operand", "write %NAME, $N, @N or a constant");
}

/* `$N` or `@N`. */
static bool
read_reference (struct gir_reader *r, enum gir_operand_kind kind, char prefix, gir_operand *x)
{
  uint32_t n;
  if (!gir_parse_u32 (r->token.text + 1, r->token.length - 1, &n) || n > GIR_MAX_INDEX)
    return gir_fail_expected (r, "operand", prefix == '$' ? "a global is $N" : "a function is @N");
  *x = gir_operand_new (kind, n);
  return true;
}

/* An operand that will be number @index of the function. */
static bool
read_operand (struct gir_reader *r, bool optional, enum gir_fixup_kind kind, uint32_t index, gir_operand *x)
{
  char first = r->token.kind == GIR_TOKEN_WORD ? *r->token.text : 0;
  if (first == '%')
    {
      gir_str name;
      if (!gir_read_register_name (r, &name))
        return false;
      *x = use (r, name, kind, index);
      return true;
    }
  if (first == '$' || first == '@')
    {
      if (!read_reference (r, first == '$' ? GIR_GLOBAL : GIR_FUNC, first, x))
        return false;
    }
  else if (optional && gir_token_is (&r->token, "_"))
    *x = gir_operand_new (GIR_NONE, 0);
  else if (!read_const (r, x))
    return false;
  gir_advance (r);
  return true;
}

/* Appends an operand to the instruction @i, the last of the function. */
static bool
push_operand (struct gir_reader *r, struct gir_instr *i, bool optional, uint32_t phi_block)
{
  struct gir_body *b = &r->body;
  gir_operand x;
  if (i->n_args == GIR_MAX_OPERANDS)
    return gir_fail (r, GIR_ERROR_LIMIT, "more than %u operands in an instruction; split it", GIR_MAX_OPERANDS);
  if (!read_operand (r, optional, GIR_FIX_OPERAND, b->operands.size, &x))
    return false;
  vec_push (&b->operands, x);
  vec_push (&b->phi_blocks, phi_block);
  i->n_args++;
  return true;
}

/* The parts of an instruction; gir_op_shape names them. */

static bool
is_tail (const struct gir_token *t)
{
  return t->kind == GIR_TOKEN_END || t->kind == GIR_TOKEN_BAD
         || (t->kind == GIR_TOKEN_WORD && (*t->text == '!' || (*t->text == '@' && memchr (t->text, ':', t->length))));
}

static bool
read_block_number (struct gir_reader *r, uint32_t *block)
{
  return gir_read_number (r, 'b', "block", block);
}

static bool
read_states (struct gir_reader *r, struct gir_instr *i)
{
  i->flag = gir_token_is (&r->token, "block");
  if (!i->flag && !gir_token_is (&r->token, "try"))
    return gir_fail_expected (r, "`block' or `try'", "a select without default blocks, one with default tries");
  for (gir_advance (r); !is_tail (&r->token);)
    {
      bool sends = gir_token_is (&r->token, "s");
      if (!sends && !gir_token_is (&r->token, "r"))
        return gir_fail_expected (r, "`s' or `r'", "write the states of a select as s CHANNEL VALUE or r CHANNEL");
      gir_advance (r);
      if (!push_operand (r, i, false, 0))
        return false;
      if (sends)
        {
          if (!push_operand (r, i, false, 0))
            return false;
          continue;
        }
      vec_push (&r->body.operands, gir_operand_new (GIR_NONE, 0));
      vec_push (&r->body.phi_blocks, 0);
      i->n_args++;
    }
  return true;
}

static bool
read_phi_edges (struct gir_reader *r, struct gir_instr *i)
{
  while (!is_tail (&r->token))
    {
      uint32_t block;
      if (!read_block_number (r, &block) || !push_operand (r, i, false, block))
        return false;
    }
  return true;
}

static bool
read_operator (struct gir_reader *r, struct gir_instr *i)
{
  int x = r->token.kind == GIR_TOKEN_WORD ? gir_operator_find (r->token.text, r->token.length) : -1;
  bool binary = i->op == GIR_OP_BIN, unary = x == GIR_X_NEG || x == GIR_X_NOT || x == GIR_X_COM;
  if (binary && x == GIR_X_NEG)
    x = GIR_X_SUB;
  else if (binary && x == GIR_X_COM)
    x = GIR_X_XOR;
  else if (x < 0 || unary == binary)
    return gir_fail_expected (r, binary ? "binary operator" : "unary operator", "the operators are listed in papers/gir.md");
  i->sub = (uint8_t)x;
  gir_advance (r);
  return true;
}

static bool
read_word (struct gir_reader *r, struct gir_instr *i, int (*find) (const char *, size_t), const char *what)
{
  int x = r->token.kind == GIR_TOKEN_WORD ? find (r->token.text, r->token.length) : -1;
  if (x < 0)
    return gir_fail_expected (r, what, "the words are listed in papers/gir.md");
  i->sub = (uint8_t)x;
  gir_advance (r);
  return true;
}

static bool
read_flag (struct gir_reader *r, struct gir_instr *i, const char *word)
{
  i->flag = gir_token_is (&r->token, word);
  if (i->flag)
    gir_advance (r);
  return true;
}

static bool
read_part (struct gir_reader *r, char part, struct gir_instr *i)
{
  switch (part)
    {
    case 'T': return gir_read_type (r, &i->type);
    case 'U': return gir_read_type (r, &i->type2);
    case 'v': return push_operand (r, i, false, 0);
    case 'n': return push_operand (r, i, true, 0);
    case 'f':
      if (!gir_token_starts (&r->token, '@'))
        return gir_fail_expected (r, "function", "write @N");
      return push_operand (r, i, false, 0);
    case '*':
      while (!is_tail (&r->token))
        if (!push_operand (r, i, false, 0))
          return false;
      return true;
    case '.': return gir_read_number (r, '.', "field number", &i->aux);
    case 'K': return read_word (r, i, gir_alloc_kind_find, "kind of alloc");
    case 'B': return read_word (r, i, gir_builtin_find, "builtin");
    case 'X': return read_operator (r, i);
    case 'M': return gir_read_string (r, "method name", &i->aux);
    case 'o': return read_flag (r, i, "ok");
    case 's': return read_flag (r, i, "string");
    case 'i': return read_flag (r, i, "init");
    case 'd': return read_flag (r, i, "dict");
    case 'b': return read_block_number (r, &i->aux);
    case 'e': return read_block_number (r, &i->aux2);
    case 'S': return read_states (r, i);
    default: SP_CHECK (part == 'P'); return read_phi_edges (r, i);
    }
}

static bool
read_parts (struct gir_reader *r, struct gir_instr *i, bool has_result)
{
  const char *shape = gir_op_shape (i->op), *name = gir_op_name (i->op);
  if (*shape == 'T' && !has_result)
    return gir_fail (r, GIR_ERROR_SYNTAX, "%s without result; write %%NAME = %s TYPE ...", name, name);
  if (has_result && *shape != 'T' && (*shape != 't' || i->mode != GIR_CALL_PLAIN))
    return gir_fail (r, GIR_ERROR_SYNTAX, "%s has no result; remove `%%NAME ='", i->mode ? "go or defer" : name);
  for (const char *part = shape; *part; part++)
    {
      char p = *part != 't' ? *part : has_result ? 'T' : 0;
      if (p && !read_part (r, p, i))
        return false;
    }
  return true;
}

static bool
read_tail (struct gir_reader *r, struct gir_instr *i)
{
  const struct gir_token *t = &r->token;
  if (gir_token_starts (t, '@'))
    {
      uint32_t file = r->body.func.pos.line ? r->body.func.pos.file : GIR_INVALID;
      if (!gir_parse_pos (r, t->text + 1, t->length - 1, file, &i->pos))
        return false;
      gir_advance (r);
    }
  if (gir_token_starts (t, '!') && !gir_read_site (r, &i->site, &i->text))
    return false;
  return gir_expect_end (r);
}

/* Instructions. */

static bool
read_op_word (struct gir_reader *r, struct gir_instr *i)
{
  uint32_t word = r->token.kind == GIR_TOKEN_WORD ? interner_find (r->op_words, r->token.text, r->token.length) : INTERNER_NONE;
  if (word == INTERNER_NONE)
    return gir_fail_expected (r, "instruction", "the instructions are listed in papers/gir.md");
  i->op = (uint8_t)(word - 1);
  gir_advance (r);
  return true;
}

/* The op, with `go` or `defer D` before it. */
static bool
read_op (struct gir_reader *r, struct gir_instr *i, uint32_t index)
{
  if (gir_token_is (&r->token, "go"))
    i->mode = GIR_CALL_GO;
  else if (gir_token_is (&r->token, "defer"))
    i->mode = GIR_CALL_DEFER;
  if (i->mode != GIR_CALL_PLAIN)
    gir_advance (r);
  if (i->mode == GIR_CALL_DEFER && !read_operand (r, true, GIR_FIX_AUX2, index, &i->aux2))
    return false;
  if (!read_op_word (r, i))
    return false;
  return i->mode == GIR_CALL_PLAIN || i->op == GIR_OP_CALL || i->op == GIR_OP_INVOKE || i->op == GIR_OP_BUILTIN
         || gir_fail (r, GIR_ERROR_SYNTAX, "go and defer take a call, not %s; write call, invoke or builtin", gir_op_name (i->op));
}

static bool
ends_block (const struct gir_body *b)
{
  return !vec_empty (&b->instrs) && vec_last (&b->blocks).count && gir_op_is_terminator (vec_last (&b->instrs).op);
}

static bool
read_instr (struct gir_reader *r)
{
  struct gir_body *b = &r->body;
  struct gir_instr i = { .args = b->operands.size };
  bool has_result = gir_token_starts (&r->token, '%');
  if (vec_empty (&b->blocks))
    return gir_fail_expected (r, "`block b0'", "instructions lie in blocks");
  if (ends_block (b))
    return gir_fail (r, GIR_ERROR_SYNTAX, "instruction behind the end of its block; start another `block'");
  if (has_result)
    {
      if (!gir_read_register_name (r, &i.name))
        return false;
      if (!gir_token_is (&r->token, "="))
        return gir_fail_expected (r, "`='", "write %NAME = INSTRUCTION");
      gir_advance (r);
    }
  if (!read_op (r, &i, b->instrs.size))
    return false;
  if (i.op == GIR_OP_PHI || i.op == GIR_OP_CHTYPE)
    i.aux = GIR_INVALID; /* no version of a promoted variable (flow.h) */
  if (!read_parts (r, &i, has_result) || !read_tail (r, &i))
    return false;
  if (has_result && !define (r, i.name, n_values (b)))
    return false;
  vec_push (&b->instrs, i);
  vec_push (&b->lines, r->lex.line);
  vec_last (&b->blocks).count++;
  return n_values (b) <= GIR_MAX_INDEX || gir_fail (r, GIR_ERROR_LIMIT, "more than %u values in a function; split it", GIR_MAX_INDEX);
}

/* Lines before the first block. */

static uint32_t
own_file (const struct gir_body *b)
{
  return b->func.pos.line ? b->func.pos.file : GIR_INVALID;
}

static bool
read_param (struct gir_reader *r, bool is_free)
{
  struct gir_body *b = &r->body;
  struct gir_param p = { 0 };
  if (!vec_empty (&b->blocks) || !vec_empty (&b->results) || (b->func.n_free && !is_free))
    return gir_fail (r, GIR_ERROR_SYNTAX, "%s too late; the order is param, free, result, block", is_free ? "free" : "param");
  if (!gir_read_register_name (r, &p.name) || !gir_read_type (r, &p.type) || !gir_read_pos (r, own_file (b), &p.pos))
    return false;
  if (gir_token_starts (&r->token, '!') && !gir_read_site (r, &p.site, &p.text))
    return false;
  if (!gir_expect_end (r) || !define (r, p.name, b->params.size))
    return false;
  vec_push (&b->params, p);
  *(is_free ? &b->func.n_free : &b->func.n_params) += 1;
  return true;
}

static bool
read_result (struct gir_reader *r)
{
  struct gir_body *b = &r->body;
  struct gir_result x = { .alloc = GIR_INVALID };
  if (!vec_empty (&b->blocks))
    return gir_fail (r, GIR_ERROR_SYNTAX, "result too late; the order is param, free, result, block");
  if (!gir_read_string (r, "name of the result", &x.name) || !gir_read_type (r, &x.type) || !gir_read_pos (r, own_file (b), &x.pos))
    return false;
  if (!gir_at_end (r))
    {
      gir_str name;
      if (!gir_read_register_name (r, &name) || !gir_expect_end (r))
        return false;
      gir_operand alloc = use (r, name, GIR_FIX_RESULT, b->results.size);
      if (gir_operand_kind (alloc) == GIR_VALUE)
        x.alloc = gir_operand_index (alloc);
    }
  vec_push (&b->results, x);
  return true;
}

static bool
skip_word (struct gir_reader *r, const char *word)
{
  if (!gir_token_is (&r->token, word))
    return false;
  gir_advance (r);
  return true;
}

static bool
read_loop (struct gir_reader *r)
{
  struct gir_body *b = &r->body;
  struct gir_loop x = { 0 };
  if (!vec_empty (&b->blocks))
    return gir_fail (r, GIR_ERROR_SYNTAX, "loop too late; the order is param, free, result, loop, block");
  if (!gir_read_pos (r, own_file (b), &x.head) || !gir_read_pos (r, own_file (b), &x.begin) || !gir_read_pos (r, own_file (b), &x.end))
    return false;
  x.range = skip_word (r, "range");
  if (!b->func.n_loops++)
    b->func.loops = r->loops.size;
  vec_push (&r->loops, x);
  return gir_expect_end (r);
}

static bool
check_block_end (struct gir_reader *r)
{
  const struct gir_body *b = &r->body;
  return vec_empty (&b->blocks) || ends_block (b)
         || gir_fail (r, GIR_ERROR_SYNTAX, "block b%u has no end; end it with jmp, br, ret or panic", b->blocks.size - 1);
}

static bool
read_block (struct gir_reader *r)
{
  struct gir_body *b = &r->body;
  struct gir_basic_block block = { .first = b->instrs.size };
  uint32_t n;
  if (!check_block_end (r) || !read_block_number (r, &n))
    return false;
  if (n != b->blocks.size)
    return gir_fail (r, GIR_ERROR_SYNTAX, "block b%u out of order; number them from 0, this is b%u", n, b->blocks.size);
  if (n >= GIR_MAX_BLOCKS)
    return gir_fail (r, GIR_ERROR_LIMIT, "more than %u blocks in a function; split it", GIR_MAX_BLOCKS);
  if (gir_token_is (&r->token, "comment"))
    {
      gir_advance (r);
      if (!gir_read_string (r, "comment", &block.comment))
        return false;
    }
  vec_push (&b->blocks, block);
  return gir_expect_end (r);
}

/* The end of a function. */

static bool
check_targets (struct gir_reader *r)
{
  const struct gir_body *b = &r->body;
  uint32_t n = b->blocks.size;
  for (uint32_t i = 0; i < n; i++)
    {
      uint32_t last = b->blocks.data[i].first + b->blocks.data[i].count - 1;
      const struct gir_instr *x = &b->instrs.data[last];
      bool jumps = x->op == GIR_OP_JMP || x->op == GIR_OP_BR;
      if ((jumps && x->aux >= n) || (x->op == GIR_OP_BR && x->aux2 >= n))
        return gir_fail_at (r, b->lines.data[last], GIR_ERROR_SYNTAX, "block b%u does not exist; the function has %u blocks",
                            x->aux >= n ? x->aux : x->aux2, n);
    }
  if (b->func.recover != GIR_INVALID && b->func.recover >= n)
    return gir_fail_at (r, b->line, GIR_ERROR_SYNTAX, "recover block b%u does not exist; the function has %u blocks", b->func.recover, n);
  return true;
}

/* Puts the edges of a phi into the order of its block's predecessors. */
static bool
order_phi (const struct gir_func *f, const struct gir_basic_block *block, struct gir_instr *phi, const uint32_t *from)
{
  gir_operand *args = f->operands + phi->args;
  if (phi->n_args != block->n_preds)
    return false;
  g_autofree gir_operand *ordered = g_new (gir_operand, phi->n_args);
  struct u32map edges = { 0 };
  g_autofree uint32_t *next = g_new (uint32_t, phi->n_args);
  for (uint32_t k = phi->n_args; k-- > 0;)
    {
      uint32_t *slot = u32map_at (&edges, from[k], GIR_INVALID);
      next[k] = *slot;
      *slot = k;
    }
  bool ok = true;
  for (uint32_t k = 0; k < phi->n_args && ok; k++)
    {
      uint32_t *slot = u32map_at (&edges, f->edges[block->preds + k], GIR_INVALID);
      ok = *slot != GIR_INVALID;
      if (!ok)
        break;
      ordered[k] = args[*slot];
      *slot = next[*slot];
    }
  u32map_clear (&edges);
  if (ok && phi->n_args)
    memcpy (args, ordered, phi->n_args * sizeof *args);
  return ok;
}

/* Phi edges as the exporter writes them need no sorting. */
static bool
phi_is_ordered (const struct gir_func *f, const struct gir_basic_block *block, const struct gir_instr *phi, const uint32_t *from)
{
  return phi->n_args == block->n_preds && (!phi->n_args || !memcmp (from, f->edges + block->preds, phi->n_args * sizeof *from));
}

static bool
order_phis (struct gir_reader *r, struct gir_func *f)
{
  const struct gir_body *body = &r->body;
  for (uint32_t b = 0; b < f->n_blocks; b++)
    for (uint32_t i = f->blocks[b].first; i < f->blocks[b].first + f->blocks[b].count; i++)
      {
        struct gir_instr *phi = &f->instrs[i];
        const uint32_t *from = phi->n_args ? body->phi_blocks.data + phi->args : NULL;
        if (phi->op == GIR_OP_PHI && !phi_is_ordered (f, &f->blocks[b], phi, from) && !order_phi (f, &f->blocks[b], phi, from))
          return gir_fail_at (r, body->lines.data[i], GIR_ERROR_SYNTAX,
                              "edges of the phi are not those of its block; list each of the %u predecessors of b%u once",
                              f->blocks[b].n_preds, b);
      }
  return true;
}

#define COPY_OUT(f, body, field)                                                    \
  do                                                                                \
    if ((f)->n_##field)                                                             \
      memcpy ((f)->field, (body)->field.data, (f)->n_##field * sizeof *(f)->field); \
  while (0)

/* Moves the body into memory of its own. */
static void
settle (struct gir_body *b, struct gir_func *f)
{
  *f = b->func;
  f->n_results = b->results.size;
  f->n_instrs = b->instrs.size;
  f->n_blocks = b->blocks.size;
  f->n_operands = b->operands.size;
  f->n_edges = gir_func_count_edges (b->blocks.data, f->n_blocks, b->instrs.data);
  gir_func_allot (f);
  if (b->params.size)
    memcpy (f->params, b->params.data, b->params.size * sizeof *f->params);
  COPY_OUT (f, b, results);
  COPY_OUT (f, b, instrs);
  COPY_OUT (f, b, blocks);
  COPY_OUT (f, b, operands);
  gir_func_link_blocks (f);
}

/* Result lines may be left out where no result has a name or position to tell. */
static void
imply_results (struct gir_reader *r)
{
  const struct gir_type_info *t = &r->types.infos.data[r->body.func.type];
  if (t->kind != GIR_T_FUNC || !vec_empty (&r->body.results))
    return;
  for (uint32_t k = t->n_params; k < t->n_fields; k++)
    vec_push (&r->body.results, ((struct gir_result){ .type = r->types.fields.data[t->fields + k].type, .alloc = GIR_INVALID }));
}

static bool
finish_func (struct gir_reader *r)
{
  struct gir_body *b = &r->body;
  struct gir_func f;
  if (!gir_expect_end (r) || !check_block_end (r) || !apply_fixups (r) || !check_targets (r))
    return false;
  if (b->func.is_extern != vec_empty (&b->blocks))
    return gir_fail (r, GIR_ERROR_SYNTAX,
                     b->func.is_extern ? "extern function with a body; remove one of them"
                                       : "function without a body; add blocks or `extern'");
  imply_results (r);
  settle (b, &f);
  vec_push (&r->funcs, f);
  vec_push (&r->func_numbers, b->number);
  vec_push (&r->func_lines, b->line);
  vec_foreach (uint32_t, line, &b->lines)
    vec_push (&r->instr_lines, *line);
  gir_log_record (r, GIR_R_FUNC, b->number);
  return order_phis (r, &vec_last (&r->funcs));
}

/* The `func` line. */

static bool
read_func_kind (struct gir_reader *r, struct gir_func *f)
{
  int kind = r->token.kind == GIR_TOKEN_WORD ? gir_func_kind_find (r->token.text, r->token.length) : -1;
  if (kind < 0)
    return gir_fail_expected (r, "kind of function", "write src, anon, yield, inst, wrapper, thunk, bound, init or generic");
  f->kind = (enum gir_func_kind)kind;
  gir_advance (r);
  return true;
}

static bool
read_go_version (struct gir_reader *r, struct gir_func *f)
{
  if (r->token.kind != GIR_TOKEN_WORD)
    return gir_fail_expected (r, "language version", "write go 1.24");
  f->go_version = interner_add (r->strings, r->token.text, r->token.length);
  gir_advance (r);
  return true;
}

static bool *
flag_attr (const struct gir_token *t, struct gir_func *f)
{
  return gir_token_is (t, "extern")             ? &f->is_extern
         : gir_token_is (t, "exported")         ? &f->exported
         : gir_token_is (t, "noescape")         ? &f->noescape
         : gir_token_is (t, "uintptrescapes")   ? &f->uintptrescapes
         : gir_token_is (t, "uintptrkeepalive") ? &f->uintptrkeepalive
         : gir_token_is (t, "asm")              ? &f->is_asm
                                                : NULL;
}

static bool
read_attr (struct gir_reader *r, struct gir_func *f)
{
  bool *flag = flag_attr (&r->token, f);
  if (flag)
    {
      *flag = true;
      gir_advance (r);
      return true;
    }
  if (skip_word (r, "in"))
    return gir_read_number (r, '@', "function", &f->parent);
  if (skip_word (r, "origin"))
    return gir_read_number (r, '@', "function", &f->origin);
  if (skip_word (r, "recover"))
    return read_block_number (r, &f->recover);
  if (skip_word (r, "linkname"))
    return gir_read_string (r, "linkname", &f->linkname);
  if (skip_word (r, "go"))
    return read_go_version (r, f);
  if (gir_token_starts (&r->token, '!'))
    return gir_read_site (r, &f->site, &f->text);
  return gir_fail_expected (r, "attribute of a function", "the attributes are listed in papers/gir.md");
}

static bool
read_func_line (struct gir_reader *r, struct gir_func *f)
{
  uint32_t number;
  if (!gir_read_number (r, '@', "function", &number) || !gir_read_string (r, "name", &f->name)
      || !gir_read_number (r, 0, "package number", &f->pkg))
    return false;
  r->body.number = number;
  if (number == U32_NO_KEY || number > GIR_MAX_INDEX)
    return gir_fail (r, GIR_ERROR_LIMIT, "function number %u too large; number them from 0, without holes", number);
  if (!u32map_put (&r->func_slots, number, 0))
    return gir_fail (r, GIR_ERROR_SYNTAX, "function @%u is there already; give this one another number", number);
  if (f->pkg >= r->pkgs.size)
    return gir_fail (r, GIR_ERROR_SYNTAX, "package %u is not declared yet; add its `pkg' record above", f->pkg);
  if (!gir_read_type (r, &f->type) || !gir_read_pos (r, GIR_INVALID, &f->pos) || !read_func_kind (r, f))
    return false;
  while (!gir_at_end (r))
    if (!read_attr (r, f))
      return false;
  return true;
}

static void
body_reset (struct gir_body *b)
{
  b->func = (struct gir_func){ .parent = GIR_INVALID, .origin = GIR_INVALID, .recover = GIR_INVALID };
  vec_reset (&b->params);
  vec_reset (&b->results);
  vec_reset (&b->instrs);
  vec_reset (&b->blocks);
  vec_reset (&b->operands);
  vec_reset (&b->phi_blocks);
  vec_reset (&b->lines);
  vec_reset (&b->fixups);
}

void
gir_body_clear (struct gir_body *b)
{
  vec_clear (&b->params);
  vec_clear (&b->results);
  vec_clear (&b->instrs);
  vec_clear (&b->blocks);
  vec_clear (&b->operands);
  vec_clear (&b->phi_blocks);
  vec_clear (&b->lines);
  vec_clear (&b->fixups);
}

bool
gir_read_func (struct gir_reader *r)
{
  body_reset (&r->body);
  r->body.line = r->lex.line;
  r->epoch++;
  if (!read_func_line (r, &r->body.func))
    return false;
  while (gir_lex_line (&r->lex))
    {
      gir_advance (r);
      bool ok;
      if (skip_word (r, "end"))
        return finish_func (r);
      if (skip_word (r, "block"))
        ok = read_block (r);
      else if (skip_word (r, "param"))
        ok = read_param (r, false);
      else if (skip_word (r, "free"))
        ok = read_param (r, true);
      else if (skip_word (r, "result"))
        ok = read_result (r);
      else if (skip_word (r, "loop"))
        ok = read_loop (r);
      else
        ok = read_instr (r);
      if (!ok)
        return false;
    }
  if (r->lex.bad || r->lex.io_error)
    return true; /* the caller reports it */
  return gir_fail (r, GIR_ERROR_TRUNCATED, "function %s has no `end'; the text is cut short, export the program again",
                   text_of (r, r->body.func.name));
}
