#include "proofs/verify/store.h"
#include "proofs/verify/read.h"

#include <gio/gio.h>
#include <string.h>

/* All of @data through @converter. The caller frees. */
static char *
convert (GConverter *converter, const char *data, gsize size, gsize *result_size, GError **error)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, converter);
  if (!g_output_stream_write_all (stream, data, size, NULL, NULL, error) || !g_output_stream_close (stream, NULL, error))
    return NULL;
  GMemoryOutputStream *m = G_MEMORY_OUTPUT_STREAM (memory);
  *result_size = g_memory_output_stream_get_data_size (m);
  char *text = g_malloc (*result_size + 1);
  if (*result_size)
    memcpy (text, g_memory_output_stream_get_data (m), *result_size);
  text[*result_size] = 0;
  return text;
}

static char *
path_of (const char *folder, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".gz", NULL);
  return g_build_filename (folder, file, NULL);
}

static char *
name_of (const char *text, gsize size)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)text, size);
}

char *
sp_store_put (const char *folder, const char *text, gsize size, GError **error)
{
  g_autofree char *name = name_of (text, size);
  g_autofree char *path = path_of (folder, name);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&name);
  g_autoptr (GConverter) gzip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  gsize n = 0;
  g_autofree char *packed = convert (gzip, text, size, &n, error);
  if (!packed) /* no-coverage: packing into memory fails for want of memory alone, and then GLib ends the program */
    return NULL;
  if (!g_file_set_contents (path, packed, (gssize)n, error))
    return NULL;
  return g_steal_pointer (&name);
}

char *
sp_store_get (const char *folder, const char *name, gsize *size, GError **error)
{
  g_autofree char *path = path_of (folder, name), *packed = NULL, *text = NULL, *actual = NULL;
  g_autoptr (GError) problem = NULL;
  gsize n = 0;
  if (!g_file_get_contents (path, &packed, &n, &problem))
    {
      g_set_error (error, SP_CERTIFICATE_ERROR, SP_CERTIFICATE_ERROR_ABSENT, "%s: it is absent, or cannot be read: %s", path,
                   problem->message);
      return NULL;
    }
  g_autoptr (GConverter) gunzip = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  text = convert (gunzip, packed, n, size, &problem);
  actual = text ? name_of (text, *size) : NULL;
  if (g_strcmp0 (actual, name) == 0)
    return g_steal_pointer (&text);
  g_set_error (error, SP_CERTIFICATE_ERROR, SP_CERTIFICATE_ERROR_WRONG, "%s: its content is not what its name says: write it anew", path);
  return NULL;
}
