/* A streaming writer for JSON Lines: one flat object a line. Text that is not UTF-8 is mended, so that the output always is. */
#pragma once

#include <glib.h>

struct json
{
  GString *out;
  gboolean first;
};

void json_begin (struct json *json, GString *out);
void json_string (struct json *json, const char *key, const char *value);
void json_integer (struct json *json, const char *key, guint64 value);
void json_number (struct json *json, const char *key, double value);
void json_boolean (struct json *json, const char *key, gboolean value);
void json_end (struct json *json);
