/* How a command ends when memory or the system's resources run out: with a line on standard error and a status of its own, whoever asked
 * for them. For executables alone: exhausted.c replaces malloc, and is no part of the library. */
#pragma once

/* Call it first in main. From then on GLib's fatal errors (it can make no pipe, no wakeup) end the program likewise, instead of a trap; and
 * a file that grows beyond its limit is an error to whoever writes it.
 * @status: of the ends. */
void exhausted_begin (int status);
