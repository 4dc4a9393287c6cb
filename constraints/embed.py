#!/usr/bin/env python3
"""Writes a text file as a NUL-terminated C array: embed.py NAME INPUT OUTPUT."""
import sys

name, source, target = sys.argv[1:]
with open(source, "rb") as f:
    data = f.read() + b"\0"
with open(target, "w", encoding="ascii") as f:
    f.write('#include "constraints/rules.h"\n')
    f.write(f"const char {name}[] = {{\n")
    for i in range(0, len(data), 24):
        f.write("  " + ", ".join(str(b) for b in data[i : i + 24]) + ",\n")
    f.write("};\n")
