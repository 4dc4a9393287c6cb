/* A streaming writer for JSON Lines: one object a line. Text that is not UTF-8 is mended, so that the output always is. */
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
/* A list of the objects or strings that follow, up to json_list_end. */
void json_list (struct json *json, const char *key);
void json_list_end (struct json *json);
/* The next string of a list. */
void json_item (struct json *json, const char *value);
/* The next object of a list, up to json_object_end; @outer stays as it is meanwhile. */
void json_object (struct json *outer, struct json *json);
void json_object_end (struct json *json);
void json_end (struct json *json);
