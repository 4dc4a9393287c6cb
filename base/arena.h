/* Bump allocation: many small objects that die together. Memory is aligned for any type up to 16 bytes and never moves. */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef struct arena Arena;

Arena *arena_new (void);
void arena_free (Arena *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Arena, arena_free)

/* @size bytes, uninitialised; a pointer that is not NULL even for 0 bytes. */
void *arena_alloc (Arena *a, size_t size);
/* The same, zeroed. */
void *arena_alloc0 (Arena *a, size_t size);
/* A copy of @size bytes. */
void *arena_copy (Arena *a, const void *data, size_t size);
/* Without alignment: for text. */
char *arena_alloc_text (Arena *a, size_t size);
/* Drops all objects but keeps one chunk for reuse. */
void arena_reset (Arena *a);
/* Memory taken from the system. */
size_t arena_bytes (const Arena *a);

#define arena_new_array(a, T, n) ((T *)arena_alloc ((a), (size_t)(n) * sizeof (T)))
#define arena_new_array0(a, T, n) ((T *)arena_alloc0 ((a), (size_t)(n) * sizeof (T)))
