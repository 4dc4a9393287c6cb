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

// funcWriter writes one function at a time.
type funcWriter struct {
	*exporter
	fn      *ssa.Function
	file    int               // the file that positions in the function default to, -1 for none
	regs    map[ssa.Value]int // numbers of instructions with results
	dead    map[ssa.Instruction]bool
	forward map[ssa.Value]ssa.Value // loads of result variables: the value just stored
	sizes   map[ssa.Value]int64     // calls of unsafe.Sizeof and its kin, which have constant values in instances
	results []*ssa.Alloc
	keep    bool              // result variables are kept
	clauses map[token.Pos]int // type switch variables met, by position
}

func (w *funcWriter) init(x *exporter) {
	w.exporter = x
	w.regs = map[ssa.Value]int{}
	w.dead = map[ssa.Instruction]bool{}
	w.forward = map[ssa.Value]ssa.Value{}
	w.sizes = map[ssa.Value]int64{}
	w.clauses = map[token.Pos]int{}
}

// function writes a function and those inside it.
func (x *exporter) function(fn *ssa.Function) {
	x.prepareIndex(fn)
	x.functionTree(fn)
}

func (x *exporter) functionTree(fn *ssa.Function) {
	x.fnText.write(fn)
	x.flush()
	if isGeneric(fn) {
		return
	}
	for _, inner := range fn.AnonFuncs {
		x.functionTree(inner)
	}
}

// isGeneric tells whether a function still has type parameters; such ones are exported without a body.
func isGeneric(fn *ssa.Function) bool {
	return fn.TypeParams().Len() > 0 && len(fn.TypeArgs()) == 0
}

// prepareIndex enters the syntax of a top-level function, or of a package's variables for its init.
func (x *exporter) prepareIndex(fn *ssa.Function) {
	pkg := x.pkgOf[declaringPackage(fn)]
	if pkg == nil {
		x.index.reset(nil)
		return
	}
	x.index.reset(pkg.TypesInfo)
	x.spell.info, x.spell.pkg = pkg.TypesInfo, pkg.Types
	switch {
	case isGeneric(fn):
	case fn.Syntax() != nil:
		x.index.add(fn.Syntax())
	case kindOf(fn) == "init":
		for _, file := range pkg.Syntax {
			for _, decl := range file.Decls {
				if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
					x.index.add(d)
				}
			}
		}
	}
}

// kindOf is a function's KIND.
func kindOf(fn *ssa.Function) string {
	switch s := fn.Synthetic; {
	case s == "":
		switch {
		case fn.Parent() != nil:
			return "anon"
		case isGeneric(fn):
			return "generic"
		}
		return "src"
	case s == "package initializer":
		return "init"
	case s == "range-over-func yield":
		return "yield"
	case strings.HasPrefix(s, "instance of"):
		return "inst"
	case strings.HasPrefix(s, "wrapper for"):
		return "wrapper"
	case strings.HasPrefix(s, "thunk for"):
		return "thunk"
	case strings.HasPrefix(s, "bound method wrapper"):
		return "bound"
	}
	panic("function of unknown kind: " + fn.String() + ", " + fn.Synthetic)
}

// write writes the whole func record.
func (w *funcWriter) write(fn *ssa.Function) {
	w.fn = fn
	clear(w.regs)
	clear(w.dead)
	clear(w.forward)
	clear(w.sizes)
	clear(w.clauses)
	w.results, w.keep = nil, true
	extern := len(fn.Blocks) == 0 || isGeneric(fn)
	if !extern {
		w.analyze()
	}
	w.header(extern)
	w.params()
	w.resultRecords()
	if !extern {
		w.blocks()
	}
	w.body.str("end\n")
	if l, ok := w.link(); ok && l.target != "" {
		w.body.str("link")
		w.body.fn(w.funcNum(fn))
		w.body.quoted(l.target)
		w.body.line()
	}
}

// header writes the line that starts a function.
func (w *funcWriter) header(extern bool) {
	fn := w.fn
	b := &w.body
	num := w.funcNum(fn)
	name := w.funcName(fn)
	typ := w.types.num(funcType(fn.Signature))
	kind := kindOf(fn)
	pos := w.places.at(w.literalPos(fn))
	w.file = -1
	if pos.line > 0 {
		w.file = pos.file
	}
	b.str("func @")
	b.num(num)
	b.quoted(name)
	b.byte(' ')
	b.num(w.packageNum(fn))
	b.ref(typ)
	b.byte(' ')
	w.place(pos)
	b.byte(' ')
	b.str(kind)
	w.attributes(kind, extern)
	b.line()
}

// funcName is the function's unique name; functions inside take their parent's.
func (w *funcWriter) funcName(fn *ssa.Function) string {
	if name, ok := w.named[fn]; ok {
		return name
	}
	var name string
	if parent := fn.Parent(); parent != nil {
		name = w.funcName(parent) + strings.TrimPrefix(fn.Name(), parent.Name())
	} else {
		name = w.names.unique(w.names.function(fn))
	}
	w.named[fn] = name
	return name
}

// packageNum is the package of a function; wrappers belong to their receiver's.
func (w *funcWriter) packageNum(fn *ssa.Function) int {
	if fn.Parent() == nil {
		if recv := receiver(fn); recv != nil {
			if ptr, ok := types.Unalias(recv).(*types.Pointer); ok {
				recv = ptr.Elem()
			}
			if named, ok := types.Unalias(recv).(*types.Named); ok && named.Obj().Pkg() != nil {
				return w.pkgNum[named.Obj().Pkg()]
			}
		}
	}
	return w.pkgNum[declaringPackage(fn)]
}

// attributes writes what follows the kind of a function.
func (w *funcWriter) attributes(kind string, extern bool) {
	fn, b := w.fn, &w.body
	if fn.Parent() != nil {
		b.str(" in")
		b.fn(w.funcNum(fn.Parent()))
	}
	if kind == "inst" {
		b.str(" origin")
		b.fn(w.funcNum(fn.Origin()))
	}
	if fn.Recover != nil && !extern {
		b.str(" recover b")
		b.num(fn.Recover.Index)
	}
	if extern {
		b.str(" extern")
	}
	var p pragmas
	if decl, ok := fn.Syntax().(*ast.FuncDecl); ok {
		p = w.pragmas[decl]
	}
	w.flag(p.noescape, " noescape")
	w.flag(p.uintptrescapes, " uintptrescapes")
	w.flag(p.uintptrkeepalive, " uintptrkeepalive")
	link, linked := w.link()
	if linked && link.target != "" {
		b.str(" linkname")
		b.quoted(link.target)
	}
	w.flag(extern && kind == "src" && w.hasAsm[declaringPackage(fn)], " asm")
	w.flag(p.wasmexport || w.isExported(kind), " exported")
	if v := w.goVersion(); v != "" {
		b.str(" go ")
		b.str(v)
	}
	if kind == "anon" || kind == "yield" {
		b.str(" !func \"func literal\"")
	}
}

func (w *funcWriter) flag(on bool, s string) {
	if on {
		w.body.str(s)
	}
}

// link is the linkname of a declared function.
func (w *funcWriter) link() (linkname, bool) {
	if w.fn.Parent() != nil || w.fn.Signature.Recv() != nil || w.fn.Pkg == nil {
		return linkname{}, false
	}
	l, ok := w.links[w.names.object(w.fn.Pkg.Pkg, w.fn.Name())]
	return l, ok
}

// isExported tells whether code outside the package may call a function by name.
func (w *funcWriter) isExported(kind string) bool {
	fn := w.fn
	switch kind {
	case "anon", "yield", "thunk", "bound":
		return false
	case "init", "wrapper":
		return true
	}
	if fn.Signature.Recv() != nil {
		return true
	}
	obj := fn.Object()
	if obj == nil || obj.Exported() || strings.HasPrefix(fn.Name(), "init#") {
		return true
	}
	if fn.Name() == "main" && obj.Pkg().Name() == "main" {
		return true
	}
	return w.visible[w.names.object(obj.Pkg(), obj.Name())]
}

// goVersion is the language version of the function's file, as 1.24.
func (w *funcWriter) goVersion() string {
	if w.fn.Syntax() == nil {
		return ""
	}
	return w.places.goVersion(w.fn.Pos())
}

// params writes the param and free records.
func (w *funcWriter) params() {
	for i, p := range w.fn.Params {
		pos, name := p.Pos(), p.Name()
		if obj := p.Object(); obj != nil {
			pos, name = obj.Pos(), obj.Name()
		}
		if loop, ok := w.fn.Syntax().(*ast.RangeStmt); ok {
			pos, name = yieldParam(loop, i)
		}
		w.body.str("param %")
		w.paramName(p)
		w.body.ref(w.types.num(p.Type()))
		w.body.byte(' ')
		w.paramPlace(pos)
		if w.isParamSite(p, name) {
			w.body.str(" !param")
			w.body.quoted(name)
		}
		w.body.line()
	}
	for _, v := range w.fn.FreeVars {
		w.body.str("free %")
		w.freeName(v)
		w.body.ref(w.types.num(v.Type()))
		w.body.byte(' ')
		w.paramPlace(v.Pos())
		w.body.line()
	}
}

// yieldParam is the position and name that gc gives the i-th parameter of a range-over-func body: those of the loop's
// own variable or, if it declares none, made-up ones.
func yieldParam(loop *ast.RangeStmt, i int) (token.Pos, string) {
	e := loop.Key
	if i == 1 {
		e = loop.Value
	}
	if id, ok := e.(*ast.Ident); ok && loop.Tok == token.DEFINE {
		return id.Pos(), id.Name
	}
	return loop.For, "#p" + strconv.Itoa(i+1)
}

// isParamSite tells whether gc reports on a parameter: it has a name and holds pointers.
func (w *funcWriter) isParamSite(p *ssa.Parameter, name string) bool {
	if name == "" || name == "_" || !w.types.hasPointers(p.Type()) {
		return false
	}
	switch kindOf(w.fn) {
	case "src", "anon", "yield":
		return true
	}
	return false
}

func (w *funcWriter) paramPlace(pos token.Pos) { w.shortPlace(w.places.at(pos)) }

// shortPlace writes a position without the function's own file.
func (w *funcWriter) shortPlace(p place) {
	if p.line == 0 {
		w.body.byte('-')
		return
	}
	if p.file != w.file {
		w.body.num(p.file)
		w.body.byte(':')
	}
	w.body.num(p.line)
	w.body.byte(':')
	w.body.num(p.col)
}

// resultRecords writes the result records.
func (w *funcWriter) resultRecords() {
	i := 0
	for v := range w.fn.Signature.Results().Variables() {
		w.body.str("result")
		w.body.quoted(v.Name())
		w.body.ref(w.types.num(w.resultType(i, v)))
		w.body.byte(' ')
		w.paramPlace(v.Pos())
		if w.keep && i < len(w.results) {
			w.body.byte(' ')
			w.operand(w.results[i])
		}
		w.body.line()
		i++
	}
}

// resultType is the type of a result; that of its variable where there is one.
func (w *funcWriter) resultType(i int, v *types.Var) types.Type {
	if i < len(w.results) {
		return w.results[i].Type().(*types.Pointer).Elem()
	}
	return v.Type()
}

// analyze numbers the instructions that will be written and finds those that will not.
func (w *funcWriter) analyze() {
	w.findResults()
	w.dropDeferStack()
	w.dropResults()
	w.dropUnused()
	n := 0
	for _, b := range w.fn.Blocks {
		for _, i := range b.Instrs {
			if v, ok := i.(ssa.Value); ok && !w.dead[i] {
				w.regs[v] = n
				n++
			}
		}
	}
}

// findResults finds the variables that hold the results: go/ssa makes them right before it asks for the defer stack.
func (w *funcWriter) findResults() {
	n := w.fn.Signature.Results().Len()
	instrs := w.fn.Blocks[0].Instrs
	at := slices.IndexFunc(instrs, isDeferStackCall)
	if at < n {
		return
	}
	for _, i := range instrs[at-n : at] {
		if a, ok := i.(*ssa.Alloc); ok {
			w.results = append(w.results, a)
		}
	}
}

func isDeferStackCall(i ssa.Instruction) bool {
	call, ok := i.(*ssa.Call)
	if !ok {
		return false
	}
	b, ok := call.Call.Value.(*ssa.Builtin)
	return ok && b.Name() == "ssa:deferstack"
}

// dropDeferStack drops the variable for the defer stack, which every function gets, unless a range-over-func body
// uses it: the function's own defer statements name their stack as `_`.
func (w *funcWriter) dropDeferStack() {
	for _, i := range w.fn.Blocks[0].Instrs {
		if !isDeferStackCall(i) {
			continue
		}
		stores := *i.(*ssa.Call).Referrers()
		if len(stores) != 1 {
			return
		}
		store := stores[0].(*ssa.Store)
		stack, ok := store.Addr.(*ssa.Alloc)
		if !ok {
			return
		}
		shared := false
		for _, user := range *stack.Referrers() {
			if load, ok := user.(*ssa.UnOp); ok {
				w.dead[load] = true
			} else if user != ssa.Instruction(store) {
				shared = true
			}
		}
		if !shared {
			w.dead[i], w.dead[store], w.dead[stack] = true, true, true
		}
		return
	}
}

// dropResults drops unnamed result variables of functions without defers, as nothing but the return statements that
// store into them ever reads them.
func (w *funcWriter) dropResults() {
	if w.fn.Recover != nil || len(w.results) == 0 || !w.resultsAreLocal() {
		return
	}
	w.keep = false
	for _, r := range w.results {
		w.dead[r] = true
		for _, user := range *r.Referrers() {
			w.dead[user] = true
			if load, ok := user.(*ssa.UnOp); ok {
				w.forward[load] = storedBefore(load, r)
			}
		}
	}
}

// resultsAreLocal tells whether each use of an unnamed result is a store or a load after a store in the same block.
func (w *funcWriter) resultsAreLocal() bool {
	for _, r := range w.results {
		if r.Comment != "" {
			return false
		}
		for _, user := range *r.Referrers() {
			switch user := user.(type) {
			case *ssa.Store:
				if user.Addr != r {
					return false
				}
			case *ssa.UnOp:
				if storedBefore(user, r) == nil {
					return false
				}
			default:
				return false
			}
		}
	}
	return true
}

// storedBefore is the value that the last store before a load in its block puts into a variable.
func storedBefore(load *ssa.UnOp, a *ssa.Alloc) ssa.Value {
	var value ssa.Value
	for _, i := range load.Block().Instrs {
		if i == ssa.Instruction(load) {
			break
		}
		if s, ok := i.(*ssa.Store); ok && s.Addr == a {
			value = s.Val
		}
	}
	return value
}

// dropUnused drops runs of deferred calls where there are none, leftovers of go/ssa's loop variables, and constant
// scalars stored into fresh memory: tables of constants are half of the instructions of large programs.
func (w *funcWriter) dropUnused() {
	for _, b := range w.fn.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.RunDefers:
				if w.fn.Recover == nil {
					w.dead[i] = true
				}
			case *ssa.Alloc:
				if !i.Heap && len(*i.Referrers()) == 0 && !(w.keep && slices.Contains(w.results, i)) {
					w.dead[i] = true
				}
			case *ssa.Store:
				w.dropConstantStore(i)
			case *ssa.Call:
				w.dropSize(i)
			}
		}
	}
}

// dropConstantStore drops a constant scalar stored into a part of memory that cannot be nil, and the computation of
// the part's address if it has no other use.
func (w *funcWriter) dropConstantStore(s *ssa.Store) {
	c, ok := s.Val.(*ssa.Const)
	if !ok || !isScalar(c.Type()) {
		return
	}
	part, ok := s.Addr.(ssa.Instruction)
	if !ok || partOf(s.Addr) == nil || len(*s.Addr.Referrers()) != 1 || !w.isFresh(s.Addr) {
		return
	}
	w.dead[s], w.dead[part] = true, true
	for base := partOf(s.Addr); partOf(base) != nil; base = partOf(base) {
		for _, user := range *base.Referrers() {
			if !w.dead[user] {
				return
			}
		}
		w.dead[base.(ssa.Instruction)] = true
	}
}

func isScalar(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsBoolean|types.IsNumeric) != 0
}

// partOf is the memory that v is the address of a part of, nil if v is no such address.
func partOf(v ssa.Value) ssa.Value {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return v.X
	case *ssa.IndexAddr:
		return v.X
	}
	return nil
}

// isFresh tells whether an address lies, at a constant place, in a literal or global: computing it cannot panic.
func (w *funcWriter) isFresh(v ssa.Value) bool {
	for {
		switch at := v.(type) {
		case *ssa.FieldAddr:
			v = at.X
		case *ssa.IndexAddr:
			if _, ok := at.Index.(*ssa.Const); !ok {
				return false
			}
			v = at.X
		case *ssa.Global:
			return true
		case *ssa.Alloc:
			return true
		default:
			return false
		}
	}
}

// dropSize replaces a call of unsafe.Sizeof, Alignof or Offsetof by its value. Such calls are left where the operand's
// type depends on type parameters; in an instance it no longer does.
func (w *funcWriter) dropSize(i *ssa.Call) {
	b, ok := i.Call.Value.(*ssa.Builtin)
	if !ok || len(i.Call.Args) != 1 {
		return
	}
	arg := i.Call.Args[0]
	switch b.Name() {
	case "Sizeof":
		w.sizes[i] = w.types.sizes.Sizeof(arg.Type())
	case "Alignof":
		w.sizes[i] = w.types.sizes.Alignof(arg.Type())
	case "Offsetof":
		w.sizes[i] = w.offset(arg)
	default:
		return
	}
	w.dead[i] = true
}

// offset is the place of a selected field in its struct.
func (w *funcWriter) offset(v ssa.Value) int64 {
	if load, ok := v.(*ssa.UnOp); ok {
		v = load.X
	}
	var of types.Type
	var k int
	switch v := v.(type) {
	case *ssa.FieldAddr:
		of, k = v.X.Type().Underlying().(*types.Pointer).Elem(), v.Field
	case *ssa.Field:
		of, k = v.X.Type(), v.Field
	default:
		return 0
	}
	fields := slices.Collect(of.Underlying().(*types.Struct).Fields())
	return w.types.sizes.Offsetsof(fields)[k]
}
