"""Random Go programs that are well typed and terminate, for the soundness harness (fuzz.py).

Types are tuples: ("int",), ("string",), ("ptr", T), ("struct", NAME), ("slice", T), ("array", T), ("map", K, V), ("iface", NAME), ("any",),
("func", PARAMS, RESULTS), ("chan", T), ("box", T). Statements are lines, or Blocks that hold statements, so that programs can be reduced and rewritten.
All names of a program differ. Calls pay from a counter, loops are bounded, channels never block: every program ends.
"""
from __future__ import annotations

import random

INT, STRING, ANY = ("int",), ("string",), ("any",)

# Generic helpers; those that are not instantiated cost nothing.
HELPERS = """
type Box[T any] struct {
	v T
	p *T
	n *Box[T]
}

func (b *Box[T]) Set(v T) *Box[T] { b.v = v; return b }
func (b *Box[T]) Ref(v *T) { b.p = v }
func (b Box[T]) Get() T { return b.v }
func (b *Box[T]) Push(v T) *Box[T] { return &Box[T]{v: v, n: b} }
func id[T any](x T) T { return x }
func ref[T any](x T) *T { return &x }
func choose[T any](c bool, a, b T) T { if c { return a }; return b }
func call[T, U any](f func(T) U, x T) (r U) { if f == nil { return }; return f(x) }
func swap[T any](a, b *T) { *a, *b = *b, *a }
func put[T any](p *T, v T) { if p != nil { *p = v } }
func get[T any](p *T) (r T) { if p != nil { r = *p }; return }
func as[T any](x any) (r T) { r, _ = x.(T); return }
func recv[T any](c chan T) (r T) { select { case r = <-c: default: }; return }
func send[T any](c chan T, x T) { select { case c <- x: default: } }
func at[T any](s []T, i int) (r T) { if i < len(s) { r = s[i] }; return }
func tail[T any](s []T, i int) []T { if i > len(s) { return nil }; return s[i:] }
func pick[T any](i int, s ...T) (r T) { if i < len(s) { r = s[i] }; return }
func last[T any](s ...T) (r T) { for _, x := range s[min(1, len(s)):] { r = x }; return }
func gather[T any](s ...T) []T { return s }
func second[T any](p *T, s ...T) { if p != nil && len(s) > 1 { *p = s[1] } }
func each[T any](s []T, f func(T)) { for _, x := range s { f(x) } }
func all[T any](s ...T) func(func(T) bool) { return func(yield func(T) bool) { for _, x := range s { if !yield(x) { return } } } }
func fold[T any](s []T, f func(T, T) T) (r T) { for _, x := range s { r = f(r, x) }; return }
"""

MAIN = """
func try(f func()) {
	defer func() { recover() }()
	fuel = 40
	f()
}
"""


class Block:
    """Statements between heads and a tail: `if c {` ... `} else {` ... `}`."""

    def __init__(self, head, body, tail="}", more=()):
        self.parts = [(head, body), *more]
        self.tail = tail


def render(statements, indent=0):
    lines = []
    pad = "\t" * indent
    for s in statements:
        if isinstance(s, Block):
            for head, body in s.parts:
                lines.append(pad + head)
                lines += render(body, indent + 1)
            lines.append(pad + s.tail)
        else:
            lines += [pad + line for line in s.split("\n")]
    return lines


def text(t):
    kind = t[0]
    if kind in ("int", "string", "any"):
        return kind
    if kind in ("struct", "iface"):
        return t[1]
    if kind == "ptr":
        return "*" + text(t[1])
    if kind == "slice":
        return "[]" + text(t[1])
    if kind == "array":
        return "[2]" + text(t[1])
    if kind == "map":
        return f"map[{text(t[1])}]{text(t[2])}"
    if kind == "chan":
        return "chan " + text(t[1])
    if kind == "box":
        return f"Box[{text(t[1])}]"
    params = ", ".join(map(text, t[1]))
    return f"func({params}){results(t[2])}"


def results(types):
    if not types:
        return ""
    return " " + text(types[0]) if len(types) == 1 else " (" + ", ".join(map(text, types)) + ")"


def ptr(t):
    return ("ptr", t)


def nilable(t):
    return t[0] in ("ptr", "slice", "map", "iface", "any", "func", "chan")


def zero(t):
    if t == INT:
        return "0"
    if t == STRING:
        return '""'
    return "nil" if nilable(t) else text(t) + "{}"


class Var:
    def __init__(self, name, type, full=False):
        self.name, self.type, self.full = name, type, full


class Scope:
    """Where a statement stands: the variables it sees, what it may return or break, how deep it is."""

    def __init__(self, vars=(), returns=None, depth=0, labels=(), loop=False):
        self.vars, self.returns, self.depth, self.labels, self.loop = list(vars), returns, depth, tuple(labels), loop

    def inner(self, **changes):
        s = Scope(self.vars, self.returns, self.depth + 1, self.labels, self.loop)
        for name, value in changes.items():
            setattr(s, name, value)
        return s


class Program:
    """One random program. `lines()` is its text; `decls` are its top-level declarations, which may stand in any order."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.names = 0
        self.steady = True  # nothing depends on orders that Go leaves open
        r = self.rng
        self.leak = r.choice((0.03, 0.08, 0.15, 0.25))  # how often a walk starts at a package variable
        self.guarded = r.choice((0.85, 0.95, 1))
        self.total = False  # whether expressions must need no guards
        self.guards = []
        self.shape = r.choice((0.5, 1.0, 1.5))  # of calls to other code
        self.make_types()
        self.make_globals()
        self.funcs = []
        self.decls = []
        self.make_signatures()
        self.make_bodies()

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    def chance(self, p):
        return self.rng.random() < p

    # Types

    def make_types(self):
        r = self.rng
        self.structs = {}
        names = [f"S{i}" for i in range(r.randint(1, 3))]
        self.ifaces = {f"I{i}": [] for i in range(r.randint(1, 2))}
        pointers = [ptr(("struct", n)) for n in names]
        anchor = ("struct", names[0])
        pool = [ptr(INT), ptr(anchor), anchor]
        wide = [ptr(INT), ptr(ptr(INT)), *pointers, *[("struct", n) for n in names], ptr(ptr(anchor)), ("slice", ptr(anchor)), ("slice", anchor),
                ("slice", ptr(INT)), ("map", INT, ptr(anchor)), ("map", STRING, ptr(INT)), ("map", INT, anchor), ("array", ptr(anchor)), ("array", ptr(INT)),
                *[("iface", i) for i in self.ifaces], ANY, ("func", (), (ptr(anchor),)), ("func", (), (ptr(INT),)), ("func", (ptr(anchor),), ()),
                ("func", (ptr(anchor),), (ptr(anchor),)), ("func", (), ()), ("chan", ptr(anchor)), ("chan", ptr(INT)), ptr(("box", ptr(INT))),
                ("box", ptr(anchor)), ("slice", ("func", (), (ptr(INT),))), ("map", INT, ("func", (), ())), ptr(("array", ptr(anchor))), ("slice", ANY),
                ("func", (ptr(INT),), ()), ("func", (ptr(INT), ptr(INT)), (ptr(INT),)), ("map", ptr(INT), ptr(anchor)), ptr(("slice", ptr(anchor))),
                ptr(ANY), STRING, ("slice", ("slice", ptr(INT))), ("func", (ANY,), (ANY,)), ("map", ANY, ANY), ptr(("func", (), ()))]
        pool += r.sample(wide, r.randint(3, 8))
        self.pool = pool
        for i, n in enumerate(names):
            fields = []
            if i and self.chance(0.6):
                inner = ("struct", names[r.randrange(i)])
                fields.append((inner[1], inner if self.chance(0.6) else ptr(inner)))
            for _ in range(r.randint(1, 3)):
                t = r.choice(pool)
                while t[0] == "struct" and (t[1] not in names[:i]) or t[0] in ("array", "box") and t[1] == ("struct", n):
                    t = r.choice(pool)
                fields.append((self.name("f"), t))
            if self.chance(0.5):
                fields.append((self.name("f"), INT))
            self.structs[n] = fields
        self.implements = {n: set() for n in names}
        self.methods = {n: [] for n in names}  # (name, params, results, by pointer)
        for i in self.ifaces:
            for _ in range(r.randint(1, 2)):
                self.ifaces[i].append((self.name("m"), self.some(0, 2), self.some(0, 1)))
            for n in r.sample(names, r.randint(1, len(names))):
                by_pointer = self.chance(0.7)
                self.implements[n].add((i, by_pointer))
                self.methods[n] += [(m, ps, rs, by_pointer) for m, ps, rs in self.ifaces[i]]
        for n in names:
            if self.chance(0.5):
                self.methods[n].append((self.name("m"), self.some(0, 2), self.some(0, 1), self.chance(0.6)))

    def some(self, least, most):
        return tuple(self.pick() for _ in range(self.rng.randint(least, most)))

    def pick(self):
        return self.rng.choice(self.pool)

    def make_globals(self):
        count = self.rng.randint(1, 4)
        self.globals = [Var(self.name("g"), self.pick()) for _ in range(count)]

    # Walks: an expression by steps from a variable

    def steps_of(self, x, t, guards, addressable):
        """Expressions one step away from x: (expression, type, guards, addressable)."""
        found = []
        kind, addressable = t[0], bool(addressable)
        if kind == "ptr":
            guards = guards + [f"{x} != nil"]
            found.append((f"(*{x})", t[1], guards, True))
            if t[1][0] == "struct":
                found += [(f"{x}.{f}", ft, guards, True) for f, ft in self.fields(t[1][1])]
                found += self.method_steps(x, t[1][1], guards, True)
            elif t[1][0] == "box":
                found += [(f"{x}.v", t[1][1], guards, True), (f"{x}.p", ptr(t[1][1]), guards, True)]
                found += [(f"{x}.n", t, guards, True), (f"{x}.Get()", t[1][1], guards, False)]
        elif kind == "struct":
            found += [(f"{x}.{f}", ft, guards, addressable) for f, ft in self.fields(t[1])]
            found += self.method_steps(x, t[1], guards, addressable)
        elif kind == "box":
            found += [(f"{x}.v", t[1], guards, addressable), (f"{x}.p", ptr(t[1]), guards, addressable)]
        elif kind == "slice":
            k = self.rng.randint(0, 1)
            found.append((f"{x}[{k}]", t[1], guards + [f"len({x}) > {k}"], True))
            found.append((f"{x}[{k}:]", t, guards + [f"len({x}) > {k}"], False))
            found.append((f"{x}[:{k}]", t, guards + [f"cap({x}) > {k}"], False))
        elif kind == "array":
            found.append((f"{x}[{self.rng.randint(0, 1)}]", t[1], guards, addressable))
            if addressable:
                found.append((f"{x}[{self.rng.choice((':', '1:', ':1', ':1:2'))}]", ("slice", t[1]), guards, False))
        elif kind == "map":
            found.append((f"{x}[{self.key(t[1])}]", t[2], guards, None))  # assignable, not addressable
        elif kind == "func" and not t[1] and len(t[2]) == 1:
            found.append((f"{x}()", t[2][0], guards + [f"{x} != nil"], False))
        elif kind == "iface":
            found += [(f"{x}.{m}()", rs[0], guards + [f"{x} != nil"], False) for m, ps, rs in self.ifaces[t[1]] if rs and not ps]
        elif kind == "chan":
            found.append((f"recv({x})", t[1], guards, False))
        return found

    def fields(self, name):
        """With the promoted ones of embedded structs."""
        fields = list(self.structs[name])
        if fields[0][0].startswith("S"):
            inner = fields[0][1]
            fields += self.fields((inner[1] if inner[0] == "ptr" else inner)[1])
        return fields

    def method_steps(self, x, name, guards, addressable):
        return [(f"{x}.{m}()", rs[0], guards, False) for m, ps, rs, by_pointer in self.methods[name]
                if rs and not ps and (addressable or not by_pointer)]

    def key(self, t):
        if t == INT:
            return str(self.rng.randint(0, 2))
        if t == STRING:
            return self.rng.choice(('"a"', '"b"'))
        if t == ANY:
            return self.rng.choice(("1", '"a"', "nil"))
        return "nil"

    def start(self, sc):
        if not sc.vars or self.chance(self.leak):
            return self.rng.choice(self.globals)
        if self.chance(0.5):
            return self.rng.choice(sc.vars[-6:])
        return self.rng.choice(sc.vars)

    def walk(self, want, sc, place=False):
        """An expression that `want` says yes to (expression, type, guards, addressable), or None."""
        for _ in range(10):
            v = self.start(sc)
            here = (v.name, v.type, [], True)
            for step in range(4):
                if want(here) and (step or not place or self.chance(0.7)) and not (self.total and here[2]):
                    return here
                nexts = self.steps_of(*here)
                if not nexts:
                    break
                known = step == 0 and v.full
                here = self.rng.choice(nexts)
                if known:
                    here = (here[0], here[1], [], here[3])
        return None

    # Expressions. Guards that make them safe gather in self.guards.

    def expr(self, t, sc, d=2):
        if self.chance(0.02) and nilable(t):
            return self.typed_nil(t)
        if self.chance(0.5) or t == INT:
            found = self.walk(lambda h: h[1] == t, sc)
            if found:
                self.guards += found[2]
                return found[0]
        if d > 0 and self.chance(0.25 * self.shape):
            made = self.through(t, sc, d - 1)
            if made:
                return made
        return self.fresh(t, sc, d)

    def typed_nil(self, t):
        return f"({text(t)})(nil)"

    def through(self, t, sc, d):
        """A value that takes a way round."""
        r = self.rng
        way = r.randrange(17)
        if way <= 3:
            callees = [f for f in self.funcs if f[2] and f[2][0] == t and len(f[2]) == 1]
            if callees:
                return self.call_of(r.choice(callees), sc, d)
            return None
        if way == 4:
            return f"id({self.expr(t, sc, d)})"
        if way == 5:
            return f"choose(len({self.slice_or_string(sc)}) > {r.randint(0, 1)}, {self.expr(t, sc, d)}, {self.expr(t, sc, d)})"
        if way == 6:
            u = self.pick()
            name = self.name("x")
            body = self.alone(t, sc.inner(vars=[*sc.vars, Var(name, u)]), d)
            return f"call(func({name} {text(u)}) {text(t)} {{ {self.fuel_for(t)}return {body} }}, {self.expr(u, sc, d)})"
        if way == 7:
            return f"func() {text(t)} {{ {self.fuel_for(t)}return {self.alone(t, sc, d)} }}()"
        if way == 8 and t not in (INT, STRING):
            return f"as[{text(t)}]({self.expr(ANY, sc, d)})"
        if way == 9:
            return f"get({self.expr(ptr(t), sc, d)})"
        if way == 10:
            return f"(&Box[{text(t)}]{{}}).Set({self.expr(t, sc, d)}).v"
        if way == 11:
            return f"at([]{text(t)}{{{self.expr(t, sc, d)}, {self.expr(t, sc, d)}}}, {r.randint(0, 1)})"
        if way == 12:
            return f"map[int]{text(t)}{{0: {self.expr(t, sc, d)}, 1: {self.expr(t, sc, d)}}}[{r.randint(0, 1)}]"
        if way == 13 and t[0] == "slice":
            return f"tail({self.expr(t, sc, d)}, {r.randint(0, 2)})"
        if way == 14 and t[0] == "slice":
            return f"gather({self.expr(t[1], sc, d)}, {self.expr(t[1], sc, d)})"
        if way >= 15:
            head = r.choice((f"pick[{text(t)}]({r.randint(0, 2)}, ", f"last[{text(t)}]("))
            return f"{head}{', '.join(self.expr(t, sc, d) for _ in range(r.randint(1, 3)))})"
        return None

    def fuel_for(self, t):
        return f"if fuel--; fuel < 0 {{ return {zero(t)} }}; "

    def slice_or_string(self, sc):
        found = self.walk(lambda h: h[1][0] in ("slice", "string", "map"), sc)
        if found:
            self.guards += found[2]
            return found[0]
        return '"ab"'

    def alone(self, t, sc, d):
        """An expression that mostly needs no guards; else it may panic where it stands."""
        saved, self.guards, total, self.total = self.guards, [], self.total, self.chance(0.95)
        made = self.expr(t, sc, d)
        self.guards, self.total = saved, total
        return made

    def call_of(self, f, sc, d):
        name, params, _, receiver = f
        args = ", ".join(self.expr(p, sc, d) for p in params)
        if not receiver:
            return f"{name}({args})"
        x = self.operand(receiver, sc, d)
        return f"{x}.{name}({args})"

    def operand(self, t, sc, d):
        """An expression of type t that a selector may follow."""
        x = self.expr(t, sc, d)
        if nilable(t) and x.isidentifier():
            self.guards.append(f"{x} != nil")
        return f"({x})" if x[0] in "*&<" else x

    def fresh(self, t, sc, d):
        r = self.rng
        kind = t[0]
        if t == INT:
            return str(r.randint(0, 9))
        if t == STRING:
            return r.choice(('"a"', '"b"', "fill(3)", '("x" + fill(2))'))
        if kind == "ptr":
            return self.fresh_pointer(t, sc, d)
        if kind == "struct":
            return self.literal(t, sc, d)
        if kind == "box":
            return f"{text(t)}{{v: {self.expr(t[1], sc, d - 1)}}}" if d > 0 else f"{text(t)}{{}}"
        if d <= 0 and kind != "chan":
            found = self.walk(lambda h: h[1] == t, sc)
            if found:
                self.guards += found[2]
                return found[0]
            if d < 0 or kind not in ("func", "any", "iface"):
                return f"({text(t)})(nil)" if nilable(t) else zero(t)
        if kind == "slice":
            way = r.randrange(5)
            if way == 0:
                return f"append({self.expr(t, sc, d - 1)}, {self.expr(t[1], sc, d - 1)})"
            if way == 1:
                return f"make({text(t)}, {r.randint(0, 3)}, 3)"
            if way == 2:
                return f"append(({text(t)})(nil), {self.expr(t, sc, d - 1)}...)"
            return f"{text(t)}{{{', '.join(self.expr(t[1], sc, d - 1) for _ in range(r.randint(1, 2)))}}}"
        if kind == "array":
            return f"{text(t)}{{{self.expr(t[1], sc, d - 1)}, {self.expr(t[1], sc, d - 1)}}}"
        if kind == "map":
            return f"{text(t)}{{{self.key(t[1])}: {self.expr(t[2], sc, d - 1)}}}" if self.chance(0.7) else f"make({text(t)})"
        if kind == "any":
            return f"any({self.expr(self.pick(), sc, d - 1)})"
        if kind == "iface":
            name, by_pointer = r.choice([(n, p) for n in self.structs for i, p in self.implements[n] if i == t[1]])
            impl = ("struct", name)
            return f"{t[1]}({self.expr(ptr(impl) if by_pointer or self.chance(0.4) else impl, sc, d - 1)})"
        if kind == "func":
            return self.function(t, sc, d - 1)
        assert kind == "chan", t
        return f"make({text(t)}, {r.randint(1, 2)})"

    def fresh_pointer(self, t, sc, d):
        r = self.rng
        if self.chance(0.5):
            found = self.walk(lambda h: h[1] == t[1] and h[3], sc)
            if found:
                self.guards += found[2]
                return "&" + found[0]
        if (t[1][0] in ("struct", "box") or t[1][0] == "array" and d > 0) and self.chance(0.8):
            return "&" + self.fresh(t[1], sc, d)
        if t[1][0] == "box" and self.chance(0.3):
            return f"(&{text(t[1])}{{}}).Push({self.expr(t[1][1], sc, d - 1)})"
        if d > 0 and self.chance(0.5):
            return f"ref({self.expr(t[1], sc, d - 1)})"
        return f"new({text(t[1])})"

    def literal(self, t, sc, d):
        if d <= 0:
            return text(t) + "{}"
        parts = []
        for f, ft in self.structs[t[1]]:
            if self.chance(0.88):
                parts.append(f"{f}: {self.expr(ft, sc, d - 1)}")
        return f"{text(t)}{{{', '.join(parts)}}}"

    def function(self, t, sc, d):
        """A function value: a function, a method value, or a literal on one line."""
        r = self.rng
        same = [f for f in self.funcs if f[1] == t[1] and f[2] == t[2]]
        if same and self.chance(0.4):
            name, _, _, receiver = r.choice(same)
            return f"{self.operand(receiver, sc, d)}.{name}" if receiver else name
        params = [Var(self.name("x"), p) for p in t[1]]
        inner = sc.inner(vars=[*sc.vars, *params], returns=t[2])
        head = "func(" + ", ".join(f"{p.name} {text(p.type)}" for p in params) + ")" + results(t[2])
        fuel = self.fuel_return(t[2])
        saved, self.guards = self.guards, []
        body = ""
        if self.chance(0.6) or not t[2]:
            body = self.assignment(inner, d)
        if t[2]:
            body += ("; " if body else "") + "return " + ", ".join(self.alone(x, inner, d) for x in t[2])
        self.guards = saved
        return f"{head} {{ {fuel}; {body} }}"

    def fuel_return(self, types):
        return f"if fuel--; fuel < 0 {{ return {', '.join(map(zero, types))} }}".replace("return  }", "return }")

    # Statements

    def guard(self, line):
        guards, self.guards = list(dict.fromkeys(self.guards)), []
        if guards and self.chance(self.guarded):
            return f"if {' && '.join(guards)} {{ {line} }}"
        return line

    def assignment(self, sc, d=2):
        self.guards = []
        found = self.walk(lambda h: h[3] or h[3] is None and h[0][:h[0].rindex("[")].find("(") < 0, sc, place=True)
        if not found or found[0].startswith(("recv(", "loop")):
            return f"acc += {self.rng.randint(1, 9)}"
        x, t, guards, addressable = found
        place = x[1:-1] if x.startswith("(*") and x.endswith(")") and x.count("(") == 1 else x
        value = zero(t) if self.chance(0.12) else self.expr(t, sc, d)
        if value == place:
            value = self.fresh(t, sc, d)
        self.guards = guards + self.guards
        if not addressable and x.endswith("]"):
            holder = x[:x.rindex("[")]
            self.guards.append(f"{holder} != nil")
        if t == STRING and self.chance(0.5):
            # The last operand is not empty: else the result would be an operand, which the runtime copies only where that lies on a stack.
            return self.guard(f'{place} = {place} + {value} + "y"')
        return self.guard(f"{place} = {value}")

    def declare(self, sc, t=None):
        t = t or self.pick()
        name = self.name("v")
        self.guards = []
        style = self.rng.randrange(6)
        value = self.expr(t, sc)
        full = value.startswith(("&", "ref(", "new(", "func(")) and style > 1
        if style == 0:
            made = f"var {name} {text(t)}\n_ = {name}"
        elif style == 1 or self.guards and self.chance(self.guarded):
            made = f"var {name} {text(t)}\n_ = {name}\n" + self.guard(f"{name} = {value}")
        elif style == 2 or value.endswith("(nil)"):
            made = f"var {name} {text(t)} = {value}\n_ = {name}"
        else:
            made = f"{name} := {value}\n_ = {name}"
        self.guards = []
        sc.vars.append(Var(name, t, full))
        return made

    def block(self, sc, size):
        return [self.statement(sc) for _ in range(self.rng.randint(1, size))]

    def condition(self, sc):
        way = self.rng.randrange(4)
        if way == 0:
            return f"acc%{self.rng.randint(2, 3)} == 0"
        found = self.walk(lambda h: nilable(h[1]), sc)
        if found and way < 3:
            return " && ".join([*found[2], f"{found[0]} {self.rng.choice(('!=', '!=', '=='))} nil"])
        return f"fuel > {self.rng.randint(5, 30)}"

    def statement(self, sc):
        simple = sc.depth > 3 or self.size <= 0
        self.size -= 1
        weights = SIMPLE if simple else STATEMENTS
        made = getattr(self, "s_" + self.rng.choices(list(weights), weights.values())[0])(sc)
        self.guards = []
        return made

    def s_declare(self, sc):
        return self.declare(sc)

    def s_assign(self, sc):
        return self.assignment(sc)

    def s_call(self, sc):
        self.guards = []
        if not self.funcs:
            return self.assignment(sc)
        f = self.rng.choice(self.funcs)
        call = self.call_of(f, sc, 2)
        if len(f[2]) == 1 and self.chance(0.6):
            place = self.walk(lambda h: h[1] == f[2][0] and h[3], sc)
            if place:
                self.guards += place[2]
                return self.guard(f"{place[0]} = {call}")
        if len(f[2]) == 2:
            names = [self.name("v") for _ in f[2]]
            sc.vars += [Var(n, t) for n, t in zip(names, f[2])]
            return f"{', '.join(names)} := {call}\n_, _ = {', '.join(names)}"
        way = self.rng.randrange(8)
        if way == 0:
            return "defer " + call if not self.guards else self.guard(call)
        return self.guard(call)

    def s_dynamic(self, sc):
        """A call of a function value or of a method of an interface."""
        self.guards = []
        found = self.walk(lambda h: h[1][0] in ("func", "iface"), sc)
        if not found:
            return self.s_call(sc)
        x, t, guards, _ = found
        self.guards += guards + [f"{x} != nil"]
        if t[0] == "iface":
            m, params, rs = self.rng.choice(self.ifaces[t[1]])
            x = f"{x}.{m}"
        else:
            params, rs = t[1], t[2]
        call = f"{x}({', '.join(self.expr(p, sc, 2) for p in params)})"
        if len(rs) == 1 and self.chance(0.6):
            place = self.walk(lambda h: h[1] == rs[0] and h[3], sc)
            if place:
                self.guards += place[2]
                return self.guard(f"{place[0]} = {call}")
        return self.guard(call)

    def s_carry(self, sc):
        """A loop that keeps something of a pass for a later one, directly or on a way round."""
        self.guards = []
        t = self.rng.choice([p for p in self.pool if nilable(p) and p[0] != "chan"])
        kept, i = self.name("v"), self.name("i")
        start = zero(t) if self.chance(0.4) else self.alone(t, sc, 1)
        sc.vars.append(Var(kept, t))
        inner = sc.inner(loop=True)
        body = [f"_ = {i}", *self.block(inner, 3)]
        self.guards = []
        body.append(self.guard(f"{kept} = {self.expr(t, inner)}"))
        if self.chance(0.5):
            head = f"if {kept} == nil || acc%3 == 0 {{" if self.chance(0.5) else "{"
            body.insert(-1 if self.chance(0.5) else len(body), Block(head, self.block(inner.inner(), 2)))
        return Block(f"var {kept} {text(t)} = {start}\nfor {i} := 0; {i} < 3; {i}++ {{", body, f"}}\n_ = {kept}")

    def s_fill(self, sc):
        """A callee that gets somewhere to put things."""
        self.guards = []
        t = self.pick()
        place, value = self.name("x"), self.name("x")
        inner = sc.inner(vars=[*sc.vars, Var(place, ptr(t), True), Var(value, t)], returns=(), labels=(), loop=False)
        body = [f"*{place} = {value}"] if self.chance(0.6) else []
        body += self.block(inner, 2)
        found = self.walk(lambda h: h[1] == t and h[3], sc)
        self.guards = found[2] if found else []
        target = f"&{found[0]}" if found else f"new({text(t)})"
        head = self.rng.choice(("", "", "defer "))
        if self.guards:
            target, head = f"new({text(t)})" if self.chance(0.3) else self.alone(ptr(t), sc, 1), ""
        return Block(f"{head}func({place} *{text(t)}, {value} {text(t)}) {{", body, f"}}({target}, {self.alone(t, sc, 2)})")

    def s_read(self, sc):
        self.guards = []
        found = self.walk(lambda h: h[1] == INT, sc)
        if not found:
            return self.assignment(sc)
        self.guards += found[2]
        return self.guard(f"acc += {found[0]}")

    def s_if(self, sc):
        head = f"if {self.condition(sc)} {{"
        body = self.block(sc.inner(), 3)
        if self.chance(0.15) and sc.returns is not None:
            body.append(self.leave(sc))
        if self.chance(0.3):
            return Block(head, body, "}", [("} else {", self.block(sc.inner(), 3))])
        return Block(head, body)

    def leave(self, sc):
        self.guards = []
        if sc.labels and self.chance(0.4):
            return self.rng.choice(("continue ", "break ")) + self.rng.choice(sc.labels)
        if sc.loop and self.chance(0.4):
            return self.rng.choice(("continue", "break"))
        return "return " + ", ".join(self.alone(t, sc, 2) for t in sc.returns) if sc.returns else "return"

    def s_loop(self, sc):
        inner = sc.inner(loop=True)
        label = ""
        if self.chance(0.15):
            label = self.name("L")
            inner.labels = (*inner.labels, label)
        way = self.rng.randrange(8)
        self.guards = []
        if way <= 3:
            i = self.name("i")
            head = f"for {i} := 0; {i} < {self.rng.randint(2, 3)}; {i}++ {{" if way < 3 else f"for {i} := range {self.rng.randint(2, 3)} {{"
            prefix = [f"_ = {i}"]
            if self.chance(0.4):
                inner.vars.append(Var(self.name("v"), INT))
                prefix.append(f"{inner.vars[-1].name} := {i}\n_ = {inner.vars[-1].name}")
        else:
            head, prefix = self.range_head(sc, inner)
        body = prefix + self.block(inner, 4)
        if label:
            body.append(Block("if acc%5 == 0 {", [self.rng.choice(("break ", "continue ")) + label]))
            head = f"{label}:\n{head}"
        return Block(head, body)

    def range_head(self, sc, inner):
        found = self.walk(lambda h: h[1][0] in ("slice", "array", "map"), sc)
        name = self.name("v")
        if not found or "()" in found[0] or self.chance(0.2):
            t = self.pick()
            inner.vars.append(Var(name, t))
            source = self.rng.choice((f"all({self.alone(t, sc, 1)}, {self.alone(t, sc, 1)})", None))
            if source:
                return f"for {name} := range {source} {{", [f"_ = {name}"]
            return f"for _, {name} := range []{text(t)}{{{self.alone(t, sc, 1)}, {self.alone(t, sc, 1)}}} {{", [f"_ = {name}"]
        x, t, guards, _ = found
        if t[0] == "map":
            self.steady = False
        inner.vars.append(Var(name, t[-1]))
        guard = [f"if !({' && '.join(guards)}) {{ break }}"] if guards else []
        count = self.name("i")
        return f"for {count}, {name} := range {x} {{", [f"_, _ = {count}, {name}", *([f"if len({x}) > 4 {{ break }}"] if not guards else guard)]

    def s_goto(self, sc):
        n, label = self.name("n"), self.name("L")
        inner = sc.inner(loop=False, labels=())
        body = self.block(inner, 4)
        return Block("{", [f"{n} := 0", label + ":", Block("{", body), f"if {n}++; {n} < 3 {{ goto {label} }}"])

    def s_closure(self, sc):
        """A function literal of several statements, called or kept."""
        name = self.name("c")
        t = ("func", self.some(0, 1), self.some(0, 1))
        params = [Var(self.name("x"), p) for p in t[1]]
        inner = sc.inner(vars=[*sc.vars, *params], returns=t[2], labels=(), loop=False)
        body = [self.fuel_return(t[2]), *self.body(inner, 3)]
        sc.vars.append(Var(name, t, True))
        head = "func(" + ", ".join(f"{p.name} {text(p.type)}" for p in params) + ")" + results(t[2]) + " {"
        if self.chance(0.7):
            return Block(f"{name} := {head}", body, f"}}\n_ = {name}")
        known = sc.vars.pop()
        args = ", ".join(self.alone(p, sc, 1) for p in t[1])
        if t[2] or self.chance(0.5):
            return Block(("defer " if not t[2] and self.chance(0.6) else "_ = " if t[2] else "") + head, body, f"}}({args})")
        known.full = False
        sc.vars.append(known)
        return Block(f"var {name} {text(t)}\n_ = {name}\n{name} = {head}", body, f"}}\n{name}({args})")

    def body(self, sc, size):
        made = self.block(sc, size)
        if sc.returns:
            self.guards = []
            made.append("return " + ", ".join(self.alone(t, sc, 2) for t in sc.returns))
            self.guards = []
        return made

    def s_go(self, sc):
        done = self.name("done")
        self.steady = False
        inner = sc.inner(returns=(), labels=(), loop=False)
        body = [f"defer func() {{ recover(); {done} <- true }}()", *self.block(inner, 3)]
        made = Block(f"{done} := make(chan bool, 1)\ngo func() {{", body, "}()\n<-" + done)
        if self.chance(0.3):
            made.tail = "}()"
            return Block("{", [made, *self.block(sc.inner(), 2), "<-" + done])
        return made

    def s_panic(self, sc):
        name = self.name("r")
        self.guards = []
        inner = sc.inner(returns=(), labels=(), loop=False)
        catcher = sc.inner(vars=[*sc.vars, Var(name, ANY)], returns=(), labels=(), loop=False)
        body = [Block("defer func() {", [f"{name} := recover()\n_ = {name}", *self.block(catcher, 2)], "}()"), *self.block(inner, 2)]
        if self.chance(0.7):
            body.append(f"panic({self.alone(self.pick(), inner, 1)})")
        return Block("func() {", body, "}()")

    def s_switch(self, sc):
        found = self.walk(lambda h: h[1][0] in ("any", "iface"), sc)
        if not found:
            return self.s_if(sc)
        x, t, _, _ = found
        name = self.name("t")
        if t == ANY:
            cases = list(dict.fromkeys(self.pick() for _ in range(3)))
        else:
            cases = [ptr(("struct", n)) for n in self.structs if any(i == t[1] for i, _ in self.implements[n])]
        parts = []
        for c in cases:
            inner = sc.inner(loop=False)
            inner.vars.append(Var(name, c, c[0] == "ptr"))
            parts.append((f"case {text(c)}:", [f"_ = {name}", *self.block(inner, 2)]))
        return Block(f"switch {name} := {x}.(type) {{", [], "}", parts)

    def s_select(self, sc):
        found = self.walk(lambda h: h[1][0] == "chan", sc)
        if not found:
            return self.s_declare(sc)
        x, t, _, _ = found
        self.guards = []
        if self.chance(0.5):
            return f"send({x}, {self.alone(t[1], sc, 1)})"
        if self.chance(0.5):
            return Block(f"select {{\ncase {x} <- {self.alone(t[1], sc, 1)}:", self.block(sc.inner(loop=False), 1), "default:\n}")
        name = self.name("v")
        inner = sc.inner(loop=False)
        inner.vars.append(Var(name, t[1]))
        return Block(f"select {{\ncase {name} := <-{x}:", [f"_ = {name}", *self.block(inner, 2)], "default:\n}")

    def s_library(self, sc):
        """Builtins and generic helpers that are used for what they do."""
        r = self.rng
        self.guards = []
        t = self.pick()
        way = r.randrange(7)
        if way == 0:
            a, b = (self.walk(lambda h: h[1] == t and h[3], sc) for _ in "ab")
            if a and b:
                self.guards += a[2] + b[2]
                return self.guard(r.choice((f"swap(&{a[0]}, &{b[0]})", f"{a[0]}, {b[0]} = {b[0]}, {a[0]}")))
        if way == 1:
            if r.random() < 0.4:
                return self.guard(f"second({self.expr(ptr(t), sc)}, {self.expr(t, sc)}, {self.expr(t, sc)})")
            return self.guard(f"put({self.expr(ptr(t), sc)}, {self.expr(t, sc)})")
        if way == 2:
            s = ("slice", t)
            if t[0] != "slice":
                return self.guard(f"copy({self.expr(s, sc)}, {self.expr(s, sc)})")
        if way == 3:
            found = self.walk(lambda h: h[1][0] in ("map", "slice"), sc)
            if found:
                self.guards += found[2]
                return self.guard(f"clear({found[0]})")
        if way == 4:
            name = self.name("x")
            inner = sc.inner(vars=[*sc.vars, Var(name, t)])
            items = ", ".join(self.expr(t, sc, 1) for _ in "ab")
            body = self.assignment(inner, 1)
            self.guards = []
            return f"each([]{text(t)}{{{items}}}, func({name} {text(t)}) {{ {body} }})"
        if way == 5:
            found = self.walk(lambda h: h[1][0] == "slice" and h[3], sc)
            if found:
                self.guards += found[2]
                return self.guard(f"{found[0]} = append({found[0]}, {self.expr(found[1][1], sc, 1)})")
        if way == 6:
            a = self.walk(lambda h: h[1][0] in ("struct", "array") and h[3], sc)
            if a:
                b = self.walk(lambda h: h[1] == ptr(a[1]), sc)
                if b:
                    self.guards += a[2] + b[2] + [f"{b[0]} != nil"]
                    return self.guard(r.choice((f"{a[0]} = *{b[0]}", f"*{b[0]} = {a[0]}")))
        return self.assignment(sc)

    # Declarations

    def make_signatures(self):
        r = self.rng
        for n in self.structs:
            for m, params, rs, by_pointer in self.methods[n]:
                self.funcs.append((m, params, rs, ptr(("struct", n)) if by_pointer else ("struct", n)))
        for _ in range(r.randint(2, 4)):
            self.funcs.append((self.name("fn"), self.some(0, 3), self.some(0, 1) if self.chance(0.85) else self.some(2, 2), None))

    def make_bodies(self):
        r = self.rng
        for g in self.globals:
            self.decls.append([f"var {g.name} {text(g.type)}"])
        for n, fields in self.structs.items():
            lines = [text(t) if f.startswith("S") else f"{f} {text(t)}" for f, t in fields]
            self.decls.append([Block(f"type {n} struct {{", lines)])
        for i, methods in self.ifaces.items():
            self.decls.append([Block(f"type {i} interface {{", [f"{m}({', '.join(map(text, ps))}){results(rs)}" for m, ps, rs in methods])])
        for f in list(self.funcs):
            self.size = r.randint(3, 7)
            self.decls.append([self.declaration(*f)])
        entries = []
        for _ in range(r.randint(1, 2)):
            self.size = r.randint(8, 16)
            name = self.name("e")
            entries.append(f"try({name})")
            sc = Scope(returns=())
            first = []
            for t in (INT, *self.pool[:3], self.pick()):
                v = Var(self.name("v"), t)
                first.append(f"{v.name} := {self.alone(t, sc, 2)}\n_ = {v.name}")
                sc.vars.append(v)
            first += [f"{g.name} = {self.alone(g.type, sc, 1)}" for g in self.globals if self.chance(0.6)]
            for _ in range(r.randint(4, 9)):
                first += [self.s_call(sc) if self.chance(0.35) else self.statement(sc), "fuel = 40"]
            self.decls.append([Block(f"func {name}() {{", first)])
        self.decls.append([Block("func main() {", [*entries, "println(acc)"])])

    def declaration(self, name, params, rs, receiver):
        vars = [Var(self.name("p"), t) for t in params]
        sc = Scope(vars, rs)
        head = "func "
        if receiver:
            this = Var(self.name("p"), receiver, True)
            sc.vars.append(this)
            head += f"({this.name} {text(receiver)}) "
        head += f"{name}({', '.join(f'{v.name} {text(v.type)}' for v in vars)})"
        if rs and self.chance(0.3):
            named = [Var(self.name("r"), t) for t in rs]
            sc.vars += named
            head += " (" + ", ".join(f"{v.name} {text(v.type)}" for v in named) + ")"
        else:
            head += results(rs)
        catch = ["defer func() { recover() }()"] if self.chance(0.3) else []
        return Block(head + " {", [self.fuel_return(rs), *catch, *self.body(sc, 5)])

    def lines(self):
        return render([s for d in self.decls for s in d])


PRELUDE = "package main\n\nvar (\n\tfuel int\n\tacc  int\n)\n\nfunc fill(n int) string { return string(make([]byte, n)) }\n" + HELPERS + MAIN

SIMPLE = {"declare": 4, "assign": 8, "call": 2, "dynamic": 2, "read": 1, "library": 2}
STATEMENTS = {"declare": 8, "assign": 11, "call": 5, "dynamic": 4, "carry": 3, "fill": 2, "read": 2, "if": 3, "loop": 4, "goto": 1, "closure": 4, "go": 1, "panic": 1,
              "switch": 2, "select": 1, "library": 5}


def source(statements):
    return PRELUDE + "\n" + "\n".join(render(statements)) + "\n"


def generate(seed):
    p = Program(seed)
    return p, [s for d in p.decls for s in d]


if __name__ == "__main__":
    import sys
    print(source(generate(int(sys.argv[1]))[1]))
