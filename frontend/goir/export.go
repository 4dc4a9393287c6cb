package main

import (
	"bufio"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// exporter writes one program. Functions, types and files are numbered as they come up, in an order that depends on
// nothing but the program, and their records are written as soon as they are known.
type exporter struct {
	*loaded
	out      *bufio.Writer
	err      error // the first error of out
	head     text  // type and file records that must precede body
	body     text  // the record being made
	names    *namer
	types    *typeTable
	places   *positions
	pkgNum   map[*types.Package]int
	pkgOf    map[*types.Package]*packages.Package
	globals  map[*ssa.Global]int
	funcs    map[*ssa.Function]int
	numFuncs int
	named    map[*ssa.Function]string
	shared   map[sharedKey]*ssa.Function
	pending  []*ssa.Function // met, but not part of any package's declarations
	visible  map[string]bool // symbols that linknames and assembly refer to
	links    map[string]linkname
	pragmas  map[*ast.FuncDecl]pragmas
	hasAsm   map[*types.Package]bool
	index    *syntaxIndex
	spell    *speller
	dots     *dotFinder
	fnText   funcWriter
}

// sharedKey identifies thunks and bound methods, of which go/ssa makes one for each use.
type sharedKey struct {
	method *types.Func
	recv   int // type
	bound  bool
}

// export writes the whole program.
func export(p *loaded, out *bufio.Writer) error {
	x := newExporter(p, out)
	x.prologue()
	x.declareGlobals()
	for _, pkg := range p.pkgs {
		x.packageBodies(pkg)
	}
	x.methodSets()
	if p.query.values {
		x.typeNotes()
	}
	x.genericNames()
	x.body.str("meta complete \"1\"\n")
	x.flush()
	return x.err
}

func newExporter(p *loaded, out *bufio.Writer) *exporter {
	x := &exporter{
		loaded:  p,
		out:     out,
		names:   newNamer(p.pkgs),
		pkgNum:  map[*types.Package]int{},
		pkgOf:   map[*types.Package]*packages.Package{},
		globals: map[*ssa.Global]int{},
		funcs:   map[*ssa.Function]int{},
		named:   map[*ssa.Function]string{},
		shared:  map[sharedKey]*ssa.Function{},
		visible: map[string]bool{},
		links:   map[string]linkname{},
		pragmas: map[*ast.FuncDecl]pragmas{},
		hasAsm:  map[*types.Package]bool{},
		spell:   &speller{},
		dots:    &dotFinder{fset: p.fset},
	}
	sizes := types.SizesFor("gc", p.env.GOARCH)
	x.types = newTypeTable(sizes, func(p *types.Package) string { return x.names.prefix[p] }, func(t text) { x.head = append(x.head, t...) })
	x.names.types = x.types
	x.places = newPositions(p, x.fileRecord)
	for _, pkg := range p.pkgs {
		for file, v := range pkg.TypesInfo.FileVersions {
			x.places.setGoVersion(file.FileStart, v)
		}
	}
	x.index = newSyntaxIndex(x.dots)
	x.fnText.init(x)
	return x
}

func (x *exporter) fileRecord(n int, name string) {
	x.head.str("file ")
	x.head.num(n)
	x.head.quoted(name)
	x.head.line()
}

// flush hands the finished records to the output.
func (x *exporter) flush() {
	for _, t := range []text{x.head, x.body} {
		if _, err := x.out.Write(t); err != nil && x.err == nil {
			x.err = err
		}
	}
	x.head, x.body = x.head[:0], x.body[:0]
}

// prologue writes the meta and pkg records and collects what linknames and assembly make visible.
func (x *exporter) prologue() {
	x.body.str("gir 1\n")
	x.meta("goir", dialect)
	x.meta("goversion", x.env.GOVERSION)
	x.meta("goos", x.env.GOOS)
	x.meta("goarch", x.env.GOARCH)
	ptrsize := "8"
	if x.types.sizes.Sizeof(types.Typ[types.Uintptr]) == 4 {
		ptrsize = "4"
	}
	x.meta("ptrsize", ptrsize)
	for i, pkg := range x.pkgs {
		x.pkgNum[pkg.Types] = i
		x.pkgOf[pkg.Types] = pkg
		x.pkgRecord(i, pkg)
		x.collectVisible(pkg)
	}
	x.flush()
}

func (x *exporter) meta(key, value string) {
	x.body.str("meta ")
	x.body.str(key)
	x.body.quoted(value)
	x.body.line()
}

func (x *exporter) pkgRecord(n int, pkg *packages.Package) {
	x.hasAsm[pkg.Types] = hasAsm(pkg)
	x.body.str("pkg ")
	x.body.num(n)
	x.body.quoted(x.names.prefix[pkg.Types])
	x.body.quoted(pkg.Name)
	for _, flag := range []struct {
		on   bool
		text string
	}{
		{x.roots[pkg], " root"},
		{pkg.Name == "main", " main"},
		{x.isStd(pkg), " std"},
		{x.usesCgo(pkg), " cgo"},
		{x.hasAsm[pkg.Types], " asm"},
	} {
		if flag.on {
			x.body.str(flag.text)
		}
	}
	x.body.line()
}

func (x *exporter) usesCgo(pkg *packages.Package) bool {
	for _, list := range [][]string{pkg.GoFiles, pkg.CompiledGoFiles} {
		for _, name := range list {
			if n := x.notes[name]; n != nil && n.cgo {
				return true
			}
		}
	}
	return len(pkg.CompiledGoFiles) > len(pkg.GoFiles)
}

// collectVisible notes the symbols that code outside Go's scoping can reach.
func (x *exporter) collectVisible(pkg *packages.Package) {
	path := x.names.prefix[pkg.Types]
	for _, name := range asmNames(pkg, path) {
		x.visible[name] = true
	}
	for _, file := range pkg.CompiledGoFiles {
		n := x.notes[file]
		if n == nil {
			continue
		}
		maps.Copy(x.pragmas, n.pragmas)
		for _, l := range n.links {
			local := path + "." + l.local
			x.links[local] = l
			x.visible[local] = true
			if l.target != "" {
				x.visible[l.target] = true
			}
		}
		for _, name := range n.exports {
			x.visible[path+"."+name] = true
		}
	}
}

// declareGlobals writes the global records of all packages.
func (x *exporter) declareGlobals() {
	for _, pkg := range x.pkgs {
		ssaPkg := x.prog.Package(pkg.Types)
		for _, file := range pkg.Syntax {
			for _, decl := range file.Decls {
				if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
					x.declareVars(ssaPkg, d)
				}
			}
		}
		if guard := ssaPkg.Var("init$guard"); guard != nil {
			x.globalRecord(guard, false)
		}
		x.flush()
	}
}

func (x *exporter) declareVars(pkg *ssa.Package, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		for _, id := range spec.(*ast.ValueSpec).Names {
			if id.Name == "_" {
				continue
			}
			if g := pkg.Var(id.Name); g != nil {
				x.globalRecord(g, id.IsExported())
			}
		}
	}
}

func (x *exporter) globalRecord(g *ssa.Global, exported bool) {
	n := len(x.globals)
	x.globals[g] = n
	name := x.names.object(g.Pkg.Pkg, g.Name())
	typ := x.types.num(g.Type().(*types.Pointer).Elem())
	x.body.str("global $")
	x.body.num(n)
	x.body.quoted(name)
	x.body.byte(' ')
	x.body.num(x.pkgNum[g.Pkg.Pkg])
	x.body.ref(typ)
	x.body.byte(' ')
	x.place(x.places.at(g.Pos()))
	if exported || x.visible[name] {
		x.body.str(" exported")
	}
	x.body.line()
}

// place writes a whole position, file included.
func (x *exporter) place(p place) {
	if p.line == 0 {
		x.body.byte('-')
		return
	}
	x.body.num(p.file)
	x.body.byte(':')
	x.body.num(p.line)
	x.body.byte(':')
	x.body.num(p.col)
}

// packageBodies writes the functions that a package declares, in source order, its init, and then the instances and
// wrappers that were met on the way.
func (x *exporter) packageBodies(pkg *packages.Package) {
	ssaPkg := x.prog.Package(pkg.Types)
	if init := ssaPkg.Func("init"); init != nil {
		x.function(init)
	}
	for _, file := range pkg.Syntax {
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok || d.Name.Name == "_" { // gc compiles no blank functions
				continue
			}
			obj, _ := pkg.TypesInfo.Defs[d.Name].(*types.Func)
			if fn := x.prog.FuncValue(obj); fn != nil {
				x.function(fn)
			}
		}
	}
	x.drain()
}

// drain writes the functions that stand in no package's declarations.
func (x *exporter) drain() {
	for len(x.pending) > 0 {
		fn := x.pending[0]
		x.pending = x.pending[1:]
		x.function(fn)
	}
}

// funcNum is the number of a function; instances and wrappers that come up are queued.
func (x *exporter) funcNum(fn *ssa.Function) int {
	if n, ok := x.funcs[fn]; ok {
		return n
	}
	if first := x.canonical(fn); first != fn {
		n := x.funcNum(first)
		x.funcs[fn] = n
		return n
	}
	n := x.numFuncs
	x.numFuncs++
	x.funcs[fn] = n
	if !isDeclared(fn) {
		x.pending = append(x.pending, fn)
	}
	return n
}

// isDeclared tells whether packageBodies writes a function without being asked.
func isDeclared(fn *ssa.Function) bool {
	return fn.Parent() != nil || fn.Pkg != nil
}

// canonical is the first of several equal thunks or bound methods.
func (x *exporter) canonical(fn *ssa.Function) *ssa.Function {
	bound := strings.HasPrefix(fn.Synthetic, "bound method wrapper")
	if !bound && !strings.HasPrefix(fn.Synthetic, "thunk for") {
		return fn
	}
	method, ok := fn.Object().(*types.Func)
	if !ok {
		return fn
	}
	key := sharedKey{method, x.types.num(receiver(fn)), bound}
	if first, ok := x.shared[key]; ok {
		return first
	}
	x.shared[key] = fn
	return fn
}
