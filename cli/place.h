/* A source place (file number, line, column) as one number, and tables from places to lists of things at them. */
#pragma once

#include "frontend/gir.h"

typedef guint64 place;

static inline place
place_of (struct gir_pos pos)
{
  return (place)pos.file << 40 | (place)(pos.line & 0xffffffu) << 16 | (pos.col & 0xffffu);
}

static inline guint
place_hash (gconstpointer key)
{
  guint64 x = (guint64)(gsize)key * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return (guint)(x >> 32);
}

/* Maps a place to an index; each thing keeps the index of the next one at its place. */
typedef GHashTable PlaceTable;

#define PLACE_END G_MAXUINT32

static inline PlaceTable *
place_table_new (void)
{
  return g_hash_table_new (place_hash, NULL);
}

static inline guint32
place_table_first (PlaceTable *table, place at)
{
  gpointer found = g_hash_table_lookup (table, GSIZE_TO_POINTER (at));
  return found ? GPOINTER_TO_UINT (found) - 1 : PLACE_END;
}

/* Makes @index the first thing at @at and returns the one that was. */
static inline guint32
place_table_push (PlaceTable *table, place at, guint32 index)
{
  guint32 next = place_table_first (table, at);
  g_hash_table_insert (table, GSIZE_TO_POINTER (at), GUINT_TO_POINTER (index + 1));
  return next;
}
