/* The universe: cells, the functions over them, and the quotient that makes the collapsed variants coarser. */
#include "test_gir_util.h"

#include "constraints/budgets.h"
#include "constraints/cells.h"

/* Types of the universe's objects: see TYPES. */
enum type
{
  NONE,
  PAIR,
  WRAP,
  ARRAY,
  WORD,
  EMPTY,
  WIDE,
  N_TYPES
};

struct world
{
  GirProgram *program;
  struct sp_types *types;
  gir_type type[N_TYPES];
  struct sp_universe u;
};

static GirProgram *
read_types (void)
{
  g_autoptr (GString) s
      = g_string_new ("gir 1\ntype pair struct \"a\" *int \"b\" *int\ntype wrap struct \"n\" int \"p\" *int\n"
                      "type array struct \"n\" int \"a\" [2]*int\ntype word struct \"p\" *int\ntype empty struct \"n\" int\n"
                      "type wide struct");
  for (int k = 0; k <= SP_MAX_LEAVES; k++)
    g_string_append_printf (s, " \"f%d\" *int", k);
  g_string_append (s, "\nmeta complete \"1\"\n");
  return read_good (s->str);
}

static void
open_world (struct world *w)
{
  static const char *const names[] = { "", "pair", "wrap", "array", "word", "empty", "wide" };
  w->program = read_types ();
  w->types = sp_types_new (w->program);
  for (int k = 1; k < N_TYPES; k++)
    for (gir_type t = 1; t < w->program->n_types; t++)
      if (!strcmp (gir_string (w->program, w->program->types[t].name), names[k]))
        w->type[k] = t;
  w->type[NONE] = 0;
  sp_universe_init (&w->u, w->types, sp_budgets_default.depth);
}

static void
close_world (struct world *w)
{
  sp_universe_done (&w->u);
  sp_types_free (w->types);
  gir_program_free (w->program);
}

static uint32_t
site (struct world *w, uint32_t number, enum type type)
{
  uint32_t o = sp_universe_object (&w->u, SP_O_SITE, number, 0, NULL);
  w->u.objects.data[o].type = w->type[type];
  return o;
}

static uint32_t
cell (struct world *w, uint32_t object, uint32_t offset)
{
  return sp_universe_cell (&w->u, object, offset, SP_TAG_NONE);
}

static void
assert_cell (const struct world *w, uint32_t c, uint32_t object, uint32_t offset, uint32_t tag)
{
  struct sp_cell x = sp_universe_cell_at (&w->u, c);
  assert_int_equal (x.object, object);
  assert_int_equal (x.offset, offset);
  assert_int_equal (x.tag, tag);
}

/* --- each function ----------------------------------------------------------------------------------- */

static void
objects (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  bool fresh;
  uint32_t p = sp_universe_object (&w.u, SP_O_PARAM, 3, 0, &fresh);
  assert_true (fresh);
  assert_int_equal (sp_universe_object (&w.u, SP_O_PARAM, 3, 0, &fresh), p);
  assert_false (fresh);
  assert_int_not_equal (sp_universe_object (&w.u, SP_O_PARAM, 4, 0, NULL), p);
  assert_int_not_equal (sp_universe_object (&w.u, SP_O_SITE, 3, 0, NULL), p);
  static const struct
  {
    enum sp_object_kind kind;
    bool local, foreign, multi, collapsed;
  } kinds[] = {
    { SP_O_UNKNOWN, false, true, true, true }, { SP_O_PARAM, false, true, true, false },  { SP_O_CONTENT, false, true, true, false },
    { SP_O_BLOB, false, true, true, true },    { SP_O_RESULT, false, true, true, false }, { SP_O_FUNC, false, false, false, true },
    { SP_O_SITE, true, false, false, false },  { SP_O_CLONE, true, false, false, false },
  };
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      const struct sp_object *o = sp_universe_at (&w.u, sp_universe_object (&w.u, kinds[k].kind, 0, 0, NULL));
      assert_int_equal (sp_object_local (o), kinds[k].local);
      assert_int_equal (sp_object_foreign (o), kinds[k].foreign);
      assert_int_equal (o->multi, kinds[k].multi);
      assert_int_equal (o->collapsed, kinds[k].collapsed);
      assert_int_equal (o->code, GIR_INVALID);
    }
  assert_int_equal (sp_universe_object (&w.u, SP_O_UNKNOWN, 0, 0, NULL), SP_UNKNOWN);
  close_world (&w);
}

static void
sub (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  uint32_t o = site (&w, 1, PAIR);
  assert_int_equal (sp_universe_sub (&w.u, cell (&w, o, 0), 0), cell (&w, o, 0));
  assert_cell (&w, sp_universe_sub (&w.u, cell (&w, o, 4), 8), o, 12, SP_TAG_NONE);
  assert_cell (&w, sp_universe_sub (&w.u, cell (&w, o, 4), SP_TOP), o, SP_TOP, SP_TAG_NONE);
  assert_cell (&w, sp_universe_sub (&w.u, cell (&w, o, SP_TOP), 8), o, SP_TOP, SP_TAG_NONE);
  assert_cell (&w, sp_universe_sub (&w.u, cell (&w, o, SP_TOP), SP_TOP), o, SP_TOP, SP_TAG_NONE);
  /* Offsets never wrap around onto others. */
  assert_cell (&w, sp_universe_sub (&w.u, cell (&w, o, (1u << 30) - 8), 8), o, SP_TOP, SP_TAG_NONE);
  assert_cell (&w, sp_universe_sub (&w.u, cell (&w, o, 16), UINT32_MAX - 15), o, SP_TOP, SP_TAG_NONE);
  /* A tag is lost with the move. */
  uint32_t tagged = sp_universe_cell (&w.u, o, 8, SP_TAG_TYPE (2));
  assert_cell (&w, sp_universe_sub (&w.u, tagged, 8), o, 16, SP_TAG_NONE);
  assert_int_equal (sp_universe_sub (&w.u, SP_UNKNOWN, 8), SP_UNKNOWN);
  close_world (&w);
}

static void
base_tag_untag (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  uint32_t o = site (&w, 1, PAIR), c = cell (&w, o, 8), five = SP_TAG_TYPE (5), six = SP_TAG_TYPE (6);
  uint32_t c5 = sp_universe_tag (&w.u, c, five), any = sp_universe_tag (&w.u, c, SP_TAG_ANY);
  assert_cell (&w, c5, o, 8, five);
  assert_cell (&w, any, o, 8, SP_TAG_ANY);
  assert_int_equal (sp_universe_base (&w.u, c), c);
  assert_int_equal (sp_universe_base (&w.u, c5), c);
  assert_int_equal (sp_universe_base (&w.u, any), c);
  /* What has a type keeps it when it is found to be of any. */
  assert_int_equal (sp_universe_tag (&w.u, c5, SP_TAG_ANY), c5);
  assert_int_equal (sp_universe_tag (&w.u, any, SP_TAG_ANY), any);
  assert_int_equal (sp_universe_untag (&w.u, c5, five), c);
  assert_int_equal (sp_universe_untag (&w.u, any, five), c);
  assert_int_equal (sp_universe_untag (&w.u, c, five), c);
  assert_int_equal (sp_universe_untag (&w.u, c5, six), SP_NO_TUPLE);
  /* Unknown is of every type at once. */
  assert_int_equal (sp_universe_tag (&w.u, SP_UNKNOWN, five), SP_UNKNOWN);
  assert_int_equal (sp_universe_untag (&w.u, SP_UNKNOWN, six), SP_UNKNOWN);
  close_world (&w);
}

static void
content (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  uint32_t p = sp_universe_object (&w.u, SP_O_PARAM, 0, 0, NULL), f = sp_universe_object (&w.u, SP_O_FUNC, 0, 0, NULL);
  uint32_t a = sp_universe_content (&w.u, cell (&w, p, 0)), b = sp_universe_content (&w.u, cell (&w, p, 8));
  assert_int_not_equal (a, b);
  assert_int_equal (sp_universe_content (&w.u, cell (&w, p, 0)), a);
  assert_int_equal (sp_universe_content (&w.u, sp_universe_tag (&w.u, cell (&w, p, 0), SP_TAG_TYPE (3))), a);
  const struct sp_object *o = sp_universe_at (&w.u, sp_universe_cell_at (&w.u, a).object);
  assert_int_equal (o->kind, SP_O_CONTENT);
  assert_int_equal (o->a, cell (&w, p, 0));
  assert_int_equal (sp_universe_content (&w.u, SP_UNKNOWN), SP_UNKNOWN);
  assert_int_equal (sp_universe_content (&w.u, cell (&w, f, 0)), SP_UNKNOWN);
  uint32_t top = sp_universe_content (&w.u, cell (&w, p, SP_TOP));
  assert_true (top != a && top != b);
  close_world (&w);
}

/* Access paths end in a blob, which is its own content. */
static void
depth (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  uint32_t c = cell (&w, sp_universe_object (&w.u, SP_O_PARAM, 0, 0, NULL), 0);
  for (unsigned d = 1; d <= sp_budgets_default.depth; d++)
    {
      c = sp_universe_content (&w.u, sp_universe_sub (&w.u, c, 8));
      const struct sp_object *o = sp_universe_at (&w.u, sp_universe_cell_at (&w.u, c).object);
      assert_int_equal (o->kind, d < sp_budgets_default.depth ? SP_O_CONTENT : SP_O_BLOB);
      assert_int_equal (o->depth, d);
    }
  uint32_t n = w.u.objects.size;
  assert_int_equal (sp_universe_content (&w.u, c), c);
  assert_int_equal (sp_universe_content (&w.u, sp_universe_sub (&w.u, c, 8)), c);
  assert_int_equal (sp_universe_sub (&w.u, c, 8), c);
  assert_int_equal (w.u.objects.size, n);
  close_world (&w);
}

static void
strong (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  static const struct
  {
    enum type type;
    uint32_t offset;
    bool strong;
  } cases[] = {
    { PAIR, 0, true },       { PAIR, 8, true },
    { PAIR, 4, false },      { PAIR, 16, false },
    { PAIR, SP_TOP, false }, { WRAP, 0, false },
    { WRAP, 8, true },       { ARRAY, 8, true },
    { ARRAY, 16, true },     { ARRAY, SP_RANGE_BIT | 1 << 18 | 1 << 4 | 2, false },
    { ARRAY, 24, false },    { WORD, 0, true },
    { EMPTY, 0, false },     { WIDE, 0, false },
    { NONE, 0, false },
  };
  for (size_t k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      uint32_t o = site (&w, (uint32_t)k, cases[k].type);
      assert_int_equal (sp_universe_strong (&w.u, cell (&w, o, cases[k].offset)), cases[k].strong);
      w.u.objects.data[o].multi = true;
      assert_false (sp_universe_strong (&w.u, cell (&w, o, cases[k].offset)));
    }
  static const enum sp_object_kind never[] = { SP_O_UNKNOWN, SP_O_PARAM, SP_O_CONTENT, SP_O_BLOB, SP_O_RESULT, SP_O_FUNC };
  for (size_t k = 0; k < G_N_ELEMENTS (never); k++)
    {
      uint32_t o = sp_universe_object (&w.u, never[k], 9, 9, NULL);
      w.u.objects.data[o].type = w.type[WORD];
      assert_false (sp_universe_strong (&w.u, cell (&w, o, 0)));
    }
  close_world (&w);
}

static void
overlaps_and_differ (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  uint32_t o = site (&w, 1, PAIR), other = site (&w, 2, PAIR), many = site (&w, 3, PAIR);
  w.u.objects.data[many].multi = true;
  uint32_t a = cell (&w, o, 0), b = cell (&w, o, 8), top = cell (&w, o, SP_TOP), x = cell (&w, other, 0), m = cell (&w, many, 0);
  uint32_t tagged = sp_universe_tag (&w.u, a, SP_TAG_TYPE (4)), p = cell (&w, sp_universe_object (&w.u, SP_O_PARAM, 0, 0, NULL), 0);
  assert_true (sp_universe_overlaps (&w.u, a, a) && sp_universe_overlaps (&w.u, tagged, a));
  assert_true (sp_universe_overlaps (&w.u, top, a) && sp_universe_overlaps (&w.u, b, top) && sp_universe_overlaps (&w.u, top, top));
  assert_false (sp_universe_overlaps (&w.u, a, b) || sp_universe_overlaps (&w.u, a, x));
  assert_false (sp_universe_overlaps (&w.u, p, p)); /* what is stored there is never looked up */
  /* Only a strong cell does not differ from itself: it alone is overwritten. */
  assert_false (sp_universe_differ (&w.u, a, a) || sp_universe_differ (&w.u, tagged, a));
  assert_true (sp_universe_differ (&w.u, a, b) && sp_universe_differ (&w.u, a, x) && sp_universe_differ (&w.u, top, a));
  assert_true (sp_universe_differ (&w.u, m, m) && sp_universe_differ (&w.u, top, top) && sp_universe_differ (&w.u, p, p));
  close_world (&w);
}

static void
collapse (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  site (&w, 1, PAIR);
  sp_universe_reset (&w.u, true);
  assert_int_equal (w.u.objects.size, 1);
  uint32_t o = site (&w, 1, PAIR), word = site (&w, 2, WORD), array = site (&w, 3, ARRAY);
  assert_int_equal (cell (&w, o, 8), cell (&w, o, 0));
  assert_int_not_equal (cell (&w, o, SP_TOP), cell (&w, o, 0)); /* a store anywhere replaces nothing */
  assert_int_equal (sp_universe_sub (&w.u, cell (&w, o, 0), 8), cell (&w, o, 0));
  assert_int_not_equal (sp_universe_tag (&w.u, cell (&w, o, 0), SP_TAG_TYPE (2)), cell (&w, o, 0));
  /* A merged cell is never overwritten; one that stands for a single word is. */
  assert_false (sp_universe_strong (&w.u, cell (&w, o, 0)) || sp_universe_strong (&w.u, cell (&w, array, 0)));
  assert_true (sp_universe_strong (&w.u, cell (&w, word, 0)));
  uint32_t p = cell (&w, sp_universe_object (&w.u, SP_O_PARAM, 0, 0, NULL), 0), c = sp_universe_content (&w.u, p);
  assert_int_equal (sp_universe_content (&w.u, sp_universe_sub (&w.u, p, 8)), c);
  sp_universe_reset (&w.u, false);
  assert_int_not_equal (cell (&w, site (&w, 1, PAIR), 8), cell (&w, site (&w, 1, PAIR), 0));
  close_world (&w);
}

/* --- the quotient ------------------------------------------------------------------------------------ */

/* h: from a fine universe to a collapsed one, by what names mean. */
static uint32_t
quotient (const struct sp_universe *fine, struct sp_universe *coarse, uint32_t c)
{
  struct sp_cell x = sp_universe_cell_at (fine, c);
  struct sp_object o = *sp_universe_at (fine, x.object);
  uint32_t h;
  if (o.kind == SP_O_CONTENT || o.kind == SP_O_BLOB)
    {
      uint32_t at = sp_universe_content (coarse, quotient (fine, coarse, o.a));
      h = sp_universe_cell_at (coarse, at).object;
    }
  else
    {
      h = sp_universe_object (coarse, (enum sp_object_kind)o.kind, o.kind == SP_O_PARAM ? o.a / 2 : o.a, o.b, NULL);
      coarse->objects.data[h].type = o.type;
      coarse->objects.data[h].multi = o.multi;
      coarse->objects.data[h].collapsed |= o.collapsed;
    }
  return sp_universe_cell (coarse, h, x.offset, x.tag);
}

static uint32_t
random_root (struct world *w, uint64_t *seed)
{
  uint32_t k = next_random (seed) % 6, o;
  switch (next_random (seed) % 6)
    {
    case 0: o = SP_UNKNOWN; break;
    case 1: o = sp_universe_object (&w->u, SP_O_PARAM, k, 0, NULL); break;
    case 2: o = sp_universe_object (&w->u, SP_O_RESULT, k, 1, NULL); break;
    case 3: o = sp_universe_object (&w->u, SP_O_FUNC, k, 0, NULL); break;
    default:
      o = site (w, k, (enum type) (k % N_TYPES));
      w->u.objects.data[o].multi = k == 5;
      w->u.objects.data[o].collapsed |= k == WIDE;
    }
  return cell (w, o, 0);
}

static uint32_t
random_offset (uint64_t *seed)
{
  static const uint32_t offsets[] = { 0, 8, 16, SP_TOP };
  return offsets[next_random (seed) % G_N_ELEMENTS (offsets)];
}

/* One step along a random path, in the fine universe and, on the image, in the coarse one: the image of the step is the step of the image.
 */
static uint32_t
check_step (struct world *w, struct sp_universe *coarse, uint64_t *seed, uint32_t c)
{
  uint32_t h = quotient (&w->u, coarse, c), p = random_offset (seed), k = next_random (seed) % 4, d, e;
  switch (next_random (seed) % 5)
    {
    case 0:
      d = sp_universe_sub (&w->u, c, p);
      e = sp_universe_sub (coarse, h, p);
      break;
    case 1:
      d = sp_universe_base (&w->u, c);
      e = sp_universe_base (coarse, h);
      break;
    case 2:
      d = sp_universe_tag (&w->u, c, k + SP_TAG_ANY);
      e = sp_universe_tag (coarse, h, k + SP_TAG_ANY);
      break;
    case 3:
      d = sp_universe_untag (&w->u, c, k + SP_TAG_TYPE (0));
      e = sp_universe_untag (coarse, h, k + SP_TAG_TYPE (0));
      break;
    default:
      d = sp_universe_content (&w->u, c);
      e = sp_universe_content (coarse, h);
      break;
    }
  if (d == SP_NO_TUPLE)
    {
      assert_int_equal (e, SP_NO_TUPLE);
      return c;
    }
  assert_int_equal (quotient (&w->u, coarse, d), e);
  return d;
}

/* The relations that rules join on are pushed forward: what holds of two cells holds of their images. */
static void
check_pair (struct world *w, struct sp_universe *coarse, uint32_t c, uint32_t d)
{
  uint32_t b = sp_universe_base (&w->u, d), hc = quotient (&w->u, coarse, c), hb = quotient (&w->u, coarse, b);
  if (sp_universe_overlaps (&w->u, c, b))
    assert_true (sp_universe_overlaps (coarse, hc, hb));
  const struct sp_object *o = sp_universe_at (&w->u, sp_universe_cell_at (&w->u, b).object);
  const struct sp_object *ho = sp_universe_at (coarse, sp_universe_cell_at (coarse, hb).object);
  assert_int_equal (sp_object_foreign (o), sp_object_foreign (ho));
  assert_int_equal (sp_object_local (o), sp_object_local (ho));
}

static void
quotient_property (void **state)
{
  (void)state;
  struct world w;
  struct sp_universe coarse;
  uint64_t seed = 11;
  open_world (&w);
  sp_universe_init (&coarse, w.types, sp_budgets_default.depth);
  for (int round = 0; round < 200; round++)
    {
      sp_universe_reset (&w.u, false);
      sp_universe_reset (&coarse, true);
      uint32_t cells[40];
      for (unsigned k = 0; k < G_N_ELEMENTS (cells); k++)
        cells[k] = k == 0 || next_random (&seed) % 4 == 0 ? random_root (&w, &seed)
                                                          : check_step (&w, &coarse, &seed, cells[next_random (&seed) % k]);
      for (unsigned i = 0; i < G_N_ELEMENTS (cells); i++)
        for (unsigned k = 0; k < G_N_ELEMENTS (cells); k++)
          check_pair (&w, &coarse, cells[i], cells[k]);
    }
  sp_universe_done (&coarse);
  close_world (&w);
}

/* The pushed Differ relates a merged cell to itself; a cell that is overwritten in the collapsed universe is not merged with any other
 * pointer. */
static void
quotient_of_differ (void **state)
{
  (void)state;
  struct world w;
  struct sp_universe coarse;
  open_world (&w);
  sp_universe_init (&coarse, w.types, sp_budgets_default.depth);
  sp_universe_reset (&coarse, true);
  for (int type = 1; type < N_TYPES; type++)
    {
      uint32_t o = site (&w, (uint32_t)type, (enum type)type);
      const struct sp_leaves *l = &w.types->fine[w.type[type]];
      w.u.objects.data[o].collapsed |= l->blob;
      for (unsigned i = 0; i < l->n; i++)
        for (unsigned k = 0; k < l->n; k++)
          {
            uint32_t c = cell (&w, o, w.types->leaves[l->first + i].offset), d = cell (&w, o, w.types->leaves[l->first + k].offset);
            if (sp_universe_differ (&w.u, c, d))
              assert_true (sp_universe_differ (&coarse, quotient (&w.u, &coarse, c), quotient (&w.u, &coarse, d)));
          }
    }
  sp_universe_done (&coarse);
  close_world (&w);
}

/* The offsets that an offset stands for, within a small object, as bits by eighth byte. */
static uint64_t
meaning (uint32_t offset)
{
  uint64_t bits = 0;
  if (offset == SP_TOP)
    return UINT64_MAX;
  if (!sp_is_range (offset))
    return UINT64_C (1) << offset / 8;
  struct sp_range r = sp_range_of (offset);
  for (uint32_t k = 0; k < r.count; k++)
    bits |= UINT64_C (1) << (r.first + k * r.stride) / 8;
  return bits;
}

static uint32_t
any_offset (GRand *rand)
{
  switch (g_rand_int_range (rand, 0, 8))
    {
    case 0: return SP_TOP;
    case 1:
    case 2:
    case 3:
      return sp_range (8 * (uint64_t)g_rand_int_range (rand, 0, 4), 8 * (uint64_t)g_rand_int_range (rand, 1, 4),
                       (uint64_t)g_rand_int_range (rand, 2, 5));
    default: return 8 * (uint32_t)g_rand_int_range (rand, 0, 12);
    }
}

static void
ranges_fit (void **state)
{
  (void)state;
  assert_int_equal (sp_range (4, 8, 2), SP_TOP);
  assert_int_equal (sp_range (0, 12, 2), SP_TOP);
  assert_int_equal (sp_range (0, 0, 2), SP_TOP);
  assert_int_equal (sp_range (0, 8, 1), SP_TOP);
  assert_int_equal (sp_range (0, 8, 15), SP_TOP);
  assert_int_equal (sp_range (8u << 13, 8, 2), SP_TOP);
  assert_int_equal (sp_range (0, 8u << 14, 2), SP_TOP);
  for (uint32_t first = 0; first < 8u << 13; first += 8 * 117)
    for (uint32_t stride = 8; stride < 8u << 14; stride += 8 * 331)
      for (uint32_t count = 2; count < 15; count++)
        {
          uint32_t offset = sp_range (first, stride, count);
          assert_true (sp_is_range (offset));
          struct sp_range r = sp_range_of (offset);
          assert_true (r.first == first && r.stride == stride && r.count == count);
        }
}

/* Overlap is never missed; for single offsets it is exact. */
static void
ranges_overlap (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  uint32_t o = site (&w, 1, WIDE);
  w.u.objects.data[o].collapsed = false;
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  for (int k = 0; k < 20000; k++)
    {
      uint32_t a = any_offset (rand), b = any_offset (rand);
      bool meet = (meaning (a) & meaning (b)) != 0, overlap = sp_universe_overlaps (&w.u, cell (&w, o, a), cell (&w, o, b));
      assert_true (overlap || !meet);
      if (!sp_is_range (a) || !sp_is_range (b))
        assert_true (meet || !overlap);
    }
  close_world (&w);
}

/* A step from a range, or by a range, leads to a set that holds every place that it can lead to within one array. */
static void
ranges_add (void **state)
{
  (void)state;
  struct world w;
  open_world (&w);
  uint32_t o = site (&w, 1, WIDE);
  w.u.objects.data[o].collapsed = false;
  /* two rows of three structs of two words, 8 bytes in */
  for (uint32_t row = 0; row < 3; row++)
    for (uint32_t column = 0; column < 4; column++)
      for (uint32_t field = 0; field < 2; field++)
        {
          uint32_t steps[] = { 8, row < 2 ? row * 48 : sp_range (0, 48, 2), column < 3 ? column * 16 : sp_range (0, 16, 3), field * 8 };
          uint32_t c = cell (&w, o, 0);
          for (unsigned k = 0; k < G_N_ELEMENTS (steps); k++)
            c = sp_universe_sub (&w.u, c, steps[k]);
          uint64_t got = meaning (sp_universe_cell_at (&w.u, c).offset);
          for (uint32_t r = 0; r < 2; r++)
            for (uint32_t q = 0; q < 3; q++)
              {
                bool meant = (row == 2 || r == row) && (column == 3 || q == column);
                bool there = got >> (8 + r * 48 + q * 16 + field * 8) / 8 & 1;
                assert_true (!meant || there);
                if (row < 2 || column == 3)
                  assert_true (meant || !there);
              }
        }
  close_world (&w);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (objects),
    cmocka_unit_test (sub),
    cmocka_unit_test (base_tag_untag),
    cmocka_unit_test (content),
    cmocka_unit_test (depth),
    cmocka_unit_test (strong),
    cmocka_unit_test (overlaps_and_differ),
    cmocka_unit_test (ranges_fit),
    cmocka_unit_test (ranges_overlap),
    cmocka_unit_test (ranges_add),
    cmocka_unit_test (collapse),
    cmocka_unit_test (quotient_property),
    cmocka_unit_test (quotient_of_differ),
  };
  return cmocka_run_group_tests_name ("cells", tests, NULL, NULL);
}
