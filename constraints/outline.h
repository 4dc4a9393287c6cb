/* Outlines: what a summary says, told of whole parameters. */
#pragma once
#include "constraints/summary.h"

/* The image of @s under a map of its names that leaves few: a parameter stays, all that lies beneath it is one BLOB, and so it is of a
 * residual call's result; an object that the callee makes is Unknown. An offset becomes SP_TOP, and residual calls of one shape are one.
 * Each name's image stands for what the name stands for, or more, so that whatever follows from @s follows from its outline too: the size
 * of an outline is that of the callee's signature, as that of the tags by which the Go compiler knows callees. The caller frees it. */
struct sp_summary *sp_summary_outline (const struct sp_summary *s);
