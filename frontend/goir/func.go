package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// funcWriter writes one function at a time.
type funcWriter struct {
	*exporter
	fn                      *ssa.Function
	file                    int               // the file that positions in the function default to, -1 for none
	regs                    map[ssa.Value]int // numbers of instructions with results
	dead                    map[ssa.Instruction]bool
	forward                 map[ssa.Value]ssa.Value // loads of result variables: the value just stored
	sizes                   map[ssa.Value]int64     // calls of unsafe.Sizeof and its kin, which have constant values in instances
	results                 []*ssa.Alloc
	paramSlots, resultSlots []slot
	keep                    bool              // result variables are kept
	clauses                 map[token.Pos]int // type switch variables met, by position
	wraps                   map[ssa.Instruction]*wrapped
	wrapOrder               []ssa.Instruction
	wrapper                 *wrapped // the one being written
}

func (w *funcWriter) init(x *exporter) {
	w.exporter = x
	w.regs = map[ssa.Value]int{}
	w.dead = map[ssa.Instruction]bool{}
	w.forward = map[ssa.Value]ssa.Value{}
	w.sizes = map[ssa.Value]int64{}
	w.clauses = map[token.Pos]int{}
	w.wraps = map[ssa.Instruction]*wrapped{}
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
	clear(w.wraps)
	w.wrapOrder = w.wrapOrder[:0]
	w.results, w.keep = nil, true
	w.paramSlots, w.resultSlots = declared(fn)
	extern := len(fn.Blocks) == 0 || isGeneric(fn)
	if !extern {
		w.analyze()
		w.findWrapped()
	}
	w.header(extern)
	w.params()
	w.resultRecords()
	if !extern {
		w.loopRecords()
		w.blocks()
	}
	w.body.str("end\n")
	if l, ok := w.link(); ok && l.target != "" {
		w.body.str("link")
		w.body.fn(w.funcNum(fn))
		w.body.quoted(l.target)
		w.body.line()
	}
	w.wrappers()
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
	obj := fn.Object()
	if obj == nil || obj.Exported() || strings.HasPrefix(fn.Name(), "init#") {
		return true
	}
	if fn.Name() == "main" && obj.Pkg().Name() == "main" {
		return true
	}
	if fn.Signature.Recv() != nil {
		return w.visible[w.funcName(fn)]
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
