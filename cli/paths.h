/* File names: one canonical form to compare, one short form to print. */
#pragma once

/* Absolute, without `.`, `..` and symbolic links where the file exists. */
char *path_canonical (const char *path);

/* As gc prints it: relative where the file lies below the working directory ("./a.go", "sub/a.go"), else unchanged.
 * @dot puts "./" before a name without folder. */
char *path_display (const char *path, int dot);
