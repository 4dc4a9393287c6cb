"""Rewritings of gogen.py's programs: some keep the meaning (KINDS), `reduced` makes them smaller while something stays true."""
from __future__ import annotations

import copy
import re

from gogen import Block, render

# Statements that mean something else within a function literal.
LEAVES = re.compile(r"\b(return|break|continue|goto|defer|recover|case|default)\b|^L\d+:|\bL\d+:", re.M)


def bodies(statements):
    """All lists of statements inside, outermost first; top-level declarations are not statements."""
    for s in statements:
        if isinstance(s, Block):
            for _, body in s.parts:
                yield body
                yield from bodies(body)


def code(statements):
    """The statement lists of functions."""
    for s in statements:
        if isinstance(s, Block) and s.parts[0][0].startswith("func "):
            yield from (b for b in bodies([s]) if b)


def text_of(s):
    return "\n".join(render([s]))


def declares(s):
    """Whether names of statement s are seen by those after it."""
    first = text_of(s).lstrip()
    return bool(re.match(r"var |[\w, ]+ := ", first)) or "\n_ = c" in text_of(s)[-12:]


def map_lines(statements, change):
    for i, s in enumerate(statements):
        if isinstance(s, Block):
            s.parts = [(change(head), body) for head, body in s.parts]
            s.tail = change(s.tail)
            for _, body in s.parts:
                map_lines(body, change)
        else:
            statements[i] = change(s)


def rename(statements, rng):
    names = sorted(set(re.findall(r"\b(?:[a-z]+|S|I|L)\d+\b", "\n".join(render(statements)))))
    fresh = [f"{'Q' if n[0].isupper() else 'q'}{i}" for i, n in enumerate(names)]
    rng.shuffle(fresh)
    swap = dict(zip(names, fresh))
    swap = {n: (f.upper() if n[0].isupper() else f.lower()) for n, f in swap.items()}
    map_lines(statements, lambda line: re.sub(r"\b(?:[a-z]+|S|I|L)\d+\b", lambda m: swap[m[0]], line))
    return statements


def reorder(statements, rng):
    rng.shuffle(statements)
    return statements


def dead(statements, rng):
    """Copies of statements where nothing gets."""
    for body in list(code(statements)):
        if rng.random() < 0.4:
            i = rng.randrange(len(body))
            if not LEAVES.search(text_of(body[i])) and not re.search(r"[vcnir]\d+ :=|var ", text_of(body[i])):
                copied = copy.deepcopy(body[i])
                later = rng.randint(i, len(body))
                if "return" in text_of(body[-1]):
                    later = min(later, len(body) - 1)
                head = rng.choice(("if false {", "for false {", "if fuel > 1000 {", "if len(fill(0)) > 0 {"))
                body.insert(later, Block(head, [copied]))
    return statements


def redeclare(statements, rng, form):
    """Declarations `x := e` become what `form(x, e, a name's number)` says."""
    count = 0

    def change(line):
        nonlocal count
        m = re.match(r"(v\d+) := (.*)\n_ = \1$", line, re.S)
        if not m or rng.random() < 0.4:
            return line
        count += 1
        return f"{form(m[1], m[2], count)}\n_ = {m[1]}"

    map_lines(statements, change)
    return statements


def copies(statements, rng):
    """A name more for what is declared: `x := e` becomes `y := e; x := y`."""
    return redeclare(statements, rng, lambda x, e, n: f"y{n} := {e}\n{x} := y{n}")


def outline(statements, rng):
    """Statements become function literals that are called at once, or through a variable or a generic function."""
    count = 0
    for body in list(code(statements)):
        for i, s in enumerate(body):
            if rng.random() < 0.3 and not declares(s) and not LEAVES.search(text_of(s)) and not text_of(s).lstrip().startswith(("_ =", "_, _")):
                count += 1
                body[i] = rng.choice((Block("func() {", [s], "}()"), Block(f"z{count} := func() {{", [s], f"}}\nz{count}()"),
                                      Block("call(func(int) int {", [s, "return 0"], "}, 0)")))
    return statements


def scope(statements, rng):
    """Statements get a block, a loop that runs once, or a switch around them."""
    for body in list(code(statements)):
        for i, s in enumerate(body):
            if rng.random() < 0.3 and not declares(s) and not LEAVES.search(text_of(s)) and not text_of(s).lstrip().startswith(("_ =", "_, _")):
                body[i] = rng.choice((Block("{", [s]), Block("for range 1 {", [s]), Block("switch {\ndefault:", [s])))
    return statements


def pointers(statements, rng):
    """Variables are reached through a pointer to them: `x := e` becomes `y := new(T); *y = e; x := *y`."""
    return redeclare(statements, rng, lambda x, e, n: f"w{n} := ref({e})\n{x} := *w{n}")


KINDS = {f.__name__: f for f in (rename, reorder, dead, copies, outline, scope, pointers)}


def rewritten(statements, kinds, rng):
    for kind in sorted(kinds, key=lambda k: k == "rename"):  # the others know the names
        statements = KINDS[kind](statements, rng)
    return statements


# Reduction

def reduced(statements, fails):
    """Leaves out statements, then unwraps blocks and simplifies lines, as long as `fails` says yes."""
    best = statements
    while True:
        before = "\n".join(render(best))
        best = without(best, fails)
        best = unwrapped(best, fails)
        best = simpler(best, fails)
        if "\n".join(render(best)) == before:
            return best


def without(statements, fails):
    """Each list loses runs of statements, longest first."""
    best = statements
    k = 0
    while k < len(lists := [best, *bodies(best)]):
        size = len(lists[k])
        while size:
            i = 0
            while i < len([best, *bodies(best)][k]):
                tried = copy.deepcopy(best)
                del [tried, *bodies(tried)][k][i:i + size]
                if fails(tried):
                    best = tried
                else:
                    i += size
            size //= 2
        k += 1
    return best


def unwrapped(statements, fails):
    """Blocks give way to what they hold."""
    best = statements
    k = 0
    while k < len([best, *bodies(best)]):
        i = 0
        while i < len([best, *bodies(best)][k]):
            there = [best, *bodies(best)][k][i]
            if isinstance(there, Block):
                tried = copy.deepcopy(best)
                body = [tried, *bodies(tried)][k]
                body[i:i + 1] = [x for _, b in body[i].parts for x in b]
                if fails(tried):
                    best = tried
                    continue
                for n in range(len(there.parts)):
                    tried = copy.deepcopy(best)
                    block = [tried, *bodies(tried)][k][i]
                    if len(block.parts) > 1 and n < len(block.parts):
                        del block.parts[n]
                        if fails(tried):
                            best = tried
                            break
            i += 1
        k += 1
    return best


SIMPLER = (
    (r"if [^{};]* \{ ([^{}]*) \}$", r"\1"), (r"\n_ = \w+", ""), (r"^_ = \w+$", ""), (r"if fuel--; fuel < 0 \{ return[^{}]*\};? ?", ""),
    (r"var (\w+) [^=\n]*\n_ = \w+\n\1 = ", r"\1 := "), (r"var (\w+) [^=\n]* = ", r"\1 := "), (r"\(\*(\w+)\)", r"\1"), (r"&\(\*(\w+)\)", r"\1"),
    (r"\(([^()]*)\)", r"\1"), (r"\bid\(", "("), (r"\bid\(([^()]*)\)", r"\1"), (r"[^&|{ ]+ != nil && ", ""), (r" && [^&|{ ]+ != nil", ""),
    (r"get\(([^()]*)\)", r"*\1"), (r"any\(([^()]*)\)", r"\1"), (r"\w+: [^,{}()]*, ", ""), (r"\w+: [^,{}()]*\}", "}"), (r", \w+: [^,{}()]*\}", "}"),
    (r"\w+\d* \*?\w+, ", ""), (r"new\(\w+\)", "nil"), (r"(\w+|\*\w+)\{\}", "nil"), (r"ref\([^()]*\)", "nil"), (r"\w+\([^()]*\)", "nil"),
    (r"func\([^()]*\)[^{}]*\{[^{}]*\}", "nil"), (r"&\w+\{[^{}]*\}", "nil"), (r"\b[vpx]\d+\b", "nil"), (r"\[\]\w+\{[^{}]*\}", "nil"))


def simpler(statements, fails):
    """Each line gets the simpler forms that the failure survives."""
    best = statements
    n = 0
    while True:
        total = 0
        for pattern, to in SIMPLER:
            skip = 0
            while True:
                tried = copy.deepcopy(best)
                total, changed = change_line(tried, n, pattern, to, skip)
                if changed and fails(tried):
                    best = tried
                elif changed:
                    skip += 1
                else:
                    break
        n += 1
        if n >= total:
            return best


def change_line(statements, n, pattern, to, skip):
    """Changes match `skip` of the pattern in line n; how many lines there are, and whether there was such a match."""
    count, changed = 0, False

    def change(line):
        nonlocal count, changed
        if count == n:
            matches = list(re.finditer(pattern, line, re.M))
            if skip < len(matches):
                m = matches[skip]
                changed = True
                line = line[:m.start()] + m.expand(to) + line[m.end():]
        count += 1
        return line

    map_lines(statements, change)
    return count, changed
