#include "cli/json.h"

static void
quote (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_string_append_c (out, '"');
  for (const char *p = valid; *p; p++)
    {
      unsigned char c = (unsigned char)*p;
      if (c == '"' || c == '\\')
        g_string_append_c (out, '\\');
      if (c < 0x20 || c == 0x7f)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static void
key (struct json *json, const char *name)
{
  if (!json->first)
    g_string_append_c (json->out, ',');
  json->first = FALSE;
  quote (json->out, name);
  g_string_append_c (json->out, ':');
}

void
json_begin (struct json *json, GString *out)
{
  *json = (struct json){ .out = out, .first = TRUE };
  g_string_append_c (out, '{');
}

void
json_string (struct json *json, const char *name, const char *value)
{
  key (json, name);
  quote (json->out, value);
}

void
json_integer (struct json *json, const char *name, guint64 value)
{
  key (json, name);
  g_string_append_printf (json->out, "%" G_GUINT64_FORMAT, value);
}

void
json_number (struct json *json, const char *name, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  key (json, name);
  g_string_append (json->out, g_ascii_formatd (text, sizeof text, "%.3f", value));
}

void
json_boolean (struct json *json, const char *name, gboolean value)
{
  key (json, name);
  g_string_append (json->out, value ? "true" : "false");
}

void
json_list (struct json *json, const char *name)
{
  key (json, name);
  g_string_append_c (json->out, '[');
  json->first = TRUE;
}

void
json_list_end (struct json *json)
{
  g_string_append_c (json->out, ']');
  json->first = FALSE;
}

static void
separate (struct json *json)
{
  if (!json->first)
    g_string_append_c (json->out, ',');
  json->first = FALSE;
}

void
json_item (struct json *json, const char *value)
{
  separate (json);
  quote (json->out, value);
}

void
json_object (struct json *outer, struct json *json)
{
  separate (outer);
  json_begin (json, outer->out);
}

void
json_object_end (struct json *json)
{
  g_string_append_c (json->out, '}');
}

void
json_end (struct json *json)
{
  g_string_append (json->out, "}\n");
}
