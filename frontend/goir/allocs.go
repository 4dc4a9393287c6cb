package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// site writes the position of an instruction and, if it is an allocation site to gc, its category and text.
func (w *funcWriter) site(s site) {
	w.at(s.pos)
	if s.category != "" {
		w.body.str(" !")
		w.body.str(s.category)
		w.body.quoted(s.text)
	}
}

// alloc writes a variable or the memory of a literal, of make, new or variadic arguments.
func (w *funcWriter) alloc(a *ssa.Alloc) {
	kind, s := w.allocKind(a)
	w.def(a, "alloc", a.Type())
	w.body.byte(' ')
	w.body.str(kind)
	w.site(s)
}

// allocKind tells the kinds of go/ssa's Alloc apart by its comment; as a variable may have any name, the syntax at its
// position has the last word.
func (w *funcWriter) allocKind(a *ssa.Alloc) (string, site) {
	pos := a.Pos()
	if call := w.index.calls[pos]; call != nil {
		switch a.Comment {
		case "varargs":
			return "varargs", w.dotsSite(a, call)
		case "new":
			return "new", site{"new", call.Lparen, w.newText(call)}
		case "makeslice":
			return "makeslice", w.makeSite(pos)
		}
	}
	if lit := w.index.lits[pos]; lit != nil {
		switch a.Comment {
		case "complit":
			return "complit", w.literalSite(a, lit)
		case "slicelit":
			return "slicelit", site{"slicelit", lit.Lbrace, w.spell.composite(lit)}
		}
	}
	return w.variable(a)
}

// variable is a named variable, a result or a temporary of go/ssa.
func (w *funcWriter) variable(a *ssa.Alloc) (string, site) {
	kind := "var"
	if slices.Contains(w.results, a) {
		kind = "result"
	}
	if n, ok := strings.CutPrefix(a.Comment, "jump$"); ok {
		return kind, w.stateSite(n)
	}
	if kind == "result" && a.Comment == "" && a.Heap {
		// Captured by the body of a range-over-func loop, which assigns to it for a return.
		return kind, site{"var", a.Pos(), "#rv" + strconv.Itoa(1+slices.Index(w.results, a))}
	}
	if w.fn.Syntax() == nil || a.Comment == "" || a.Comment == "_" || !a.Pos().IsValid() {
		if kind == "var" {
			kind = "tmp"
		}
		return kind, site{pos: a.Pos()}
	}
	return kind, site{"var", w.variablePos(a), a.Comment}
}

// variablePos is a variable's identifier; for type switches, which declare one variable a clause with one
// identifier, it is where gc puts the clause's.
func (w *funcWriter) variablePos(a *ssa.Alloc) token.Pos {
	pos := a.Pos()
	clauses := w.index.clauses[pos]
	if clauses == nil {
		return pos
	}
	k := w.clauses[pos]
	w.clauses[pos]++
	if k >= len(clauses) {
		return pos
	}
	return clausePos(clauses[k], w.dots)
}

// stateSite is the variable for the state of a range-over-func loop: gc calls it #state and a number.
func (w *funcWriter) stateSite(n string) site {
	i, err := strconv.Atoi(n)
	if err != nil || i < 1 || i > len(w.fn.AnonFuncs) {
		return site{}
	}
	loop, ok := w.fn.AnonFuncs[i-1].Syntax().(*ast.RangeStmt)
	if !ok {
		return site{}
	}
	return site{"var", loop.For, "#state" + n}
}

// dotsSite is the array of a call's variadic arguments. That of append is none to gc, which expands the call.
func (w *funcWriter) dotsSite(a *ssa.Alloc, call *ast.CallExpr) site {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if _, ok := w.index.info.Uses[id].(*types.Builtin); ok {
			return site{pos: call.Lparen}
		}
	}
	return site{"dots", call.Lparen, "... argument"}
}

// literalSite is a composite literal whose address is taken; others are values and no sites.
func (w *funcWriter) literalSite(a *ssa.Alloc, lit *ast.CompositeLit) site {
	if !a.Heap {
		return site{pos: lit.Lbrace}
	}
	pos := lit.Lbrace
	if amp, ok := w.index.amps[pos]; ok {
		pos = amp
	}
	return site{"amp", pos, "&" + w.spell.composite(lit)}
}

func (w *funcWriter) newText(call *ast.CallExpr) string {
	if tv := w.index.info.Types[call.Args[0]]; tv.IsType() {
		return "new(" + w.spell.typ(tv.Type) + ")"
	}
	return "new(" + w.spell.expr(call.Args[0]) + ")"
}

// makeText is a call of make.
func (w *funcWriter) makeText(call *ast.CallExpr) string {
	s := "make("
	for i, arg := range call.Args {
		if i == 0 {
			s += w.spell.typ(w.index.info.TypeOf(arg))
		} else {
			s += ", " + w.spell.expr(arg)
		}
	}
	return s + ")"
}

func (w *funcWriter) makeSite(pos token.Pos) site {
	if call := w.index.calls[pos]; call != nil {
		return site{"make", pos, w.makeText(call)}
	}
	return site{pos: pos}
}

func (w *funcWriter) mapSite(pos token.Pos) site {
	if lit := w.index.lits[pos]; lit != nil {
		return site{"maplit", pos, w.spell.composite(lit)}
	}
	return w.makeSite(pos)
}

func (w *funcWriter) chanSite(pos token.Pos) site {
	s := w.makeSite(pos)
	if s.category != "" {
		s.category = "chan"
	}
	return s
}

// concatSite is a chain of string concatenations at its outermost operator.
func (w *funcWriter) concatSite(i *ssa.BinOp) site {
	s := site{pos: i.Pos()}
	if i.Op != token.ADD || !isString(i.Type()) || w.index.inner[i.Pos()] {
		return s
	}
	if e := w.index.binary[i.Pos()]; e != nil {
		s.category, s.text = "concat", w.spell.expr(e)
	}
	return s
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// makeInterface writes a conversion to an interface; it is a site where the value needs a box.
func (w *funcWriter) makeInterface(i *ssa.MakeInterface) {
	w.def(i, "iface", i.Type())
	w.list(i.X)
	w.body.ref(w.types.num(i.X.Type()))
	from, ok := w.index.converted(i)
	if !ok {
		w.at(i.Pos())
		return
	}
	s := w.sourceSite(from)
	if w.types.pointerShaped(i.X.Type()) {
		s.category = ""
	}
	w.site(s)
}

// sourceSite is the site of a value that is put into a box.
func (w *funcWriter) sourceSite(from source) site {
	if from.expr == nil {
		return site{"iface", from.made, from.name}
	}
	named := from.expr
	if from.whole != nil {
		named = from.whole
	}
	return site{"iface", gcPos(from.expr, w.dots), w.spell.expr(named)}
}

// convert writes conversions of numbers, strings and unsafe pointers; those that copy a string's bytes are sites.
func (w *funcWriter) convert(i valueInstr, x ssa.Value) {
	w.def(i, "conv", i.Type())
	w.list(x)
	w.body.ref(w.types.num(x.Type()))
	call := w.index.calls[i.Pos()]
	if call == nil || len(call.Args) != 1 || !copiesString(x.Type(), i.Type()) {
		w.at(i.Pos())
		return
	}
	w.site(site{"conv", gcPos(call.Args[0], w.dots), w.spell.expr(call)})
}

// copiesString tells whether a conversion makes a string or copies one.
func copiesString(from, to types.Type) bool {
	if _, ok := to.Underlying().(*types.Slice); ok {
		return isString(from)
	}
	return isString(to) && !isString(from)
}

// closure writes a function literal with captured variables or a method value.
func (w *funcWriter) closure(i *ssa.MakeClosure) {
	fn := i.Fn.(*ssa.Function)
	bound := kindOf(fn) == "bound"
	narrowed := bound && w.narrowReceiver(i, fn)
	w.def(i, "closure", closureType(i, fn))
	w.list(fn)
	if narrowed {
		w.body.byte(' ')
		w.narrowName(i)
	} else {
		w.list(i.Bindings...)
	}
	w.site(w.closureSite(i, fn, bound))
}

// closureType is the type of a closure. go/ssa passes the body of a range-over-func loop to the iterator without a
// conversion where the iterator asks for a named type; then it has that type from the start.
func closureType(i *ssa.MakeClosure, fn *ssa.Function) types.Type {
	if users := *i.Referrers(); kindOf(fn) == "yield" && len(users) == 1 {
		if call, ok := users[0].(*ssa.Call); ok {
			return call.Call.Signature().Params().At(0).Type()
		}
	}
	return i.Type()
}

// narrowReceiver converts the receiver of a method value of an interface to the interface that declares the method,
// which is what the bound method captures; go/ssa leaves that out.
func (w *funcWriter) narrowReceiver(i *ssa.MakeClosure, fn *ssa.Function) bool {
	recv, declared := i.Bindings[0], fn.FreeVars[0].Type()
	if !types.IsInterface(declared) || w.types.num(recv.Type()) == w.types.num(declared) {
		return false
	}
	w.narrowName(i)
	w.body.str(" = chiface")
	w.body.ref(w.types.num(declared))
	w.list(recv)
	w.body.str("\n  ")
	return true
}

func (w *funcWriter) narrowName(i *ssa.MakeClosure) {
	w.body.byte('%')
	w.reg(i)
	w.body.str(".recv")
}

func (w *funcWriter) closureSite(i *ssa.MakeClosure, fn *ssa.Function, bound bool) site {
	if !bound {
		return site{"func", w.literalPos(fn), "func literal"}
	}
	if sel := w.index.selects[i.Pos()]; sel != nil {
		return site{"methval", gcPos(sel, w.dots), w.spell.expr(sel)}
	}
	return site{pos: i.Pos()}
}

// literalPos is gc's position of a function inside another one: its keyword, or the loop whose body it is.
func (w *funcWriter) literalPos(fn *ssa.Function) token.Pos {
	if loop, ok := fn.Syntax().(*ast.RangeStmt); ok {
		return loop.For
	}
	return fn.Pos()
}
