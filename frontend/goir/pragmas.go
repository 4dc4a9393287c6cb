package main

import (
	"go/ast"
	"os"
	"regexp"
	"strings"

	"golang.org/x/tools/go/packages"
)

// fileNotes is what the comments of one file say to the compiler.
type fileNotes struct {
	links   []linkname
	exports []string // functions named by //export and the like
	pragmas map[*ast.FuncDecl]pragmas
	lines   bool // the file has //line directives
	cgo     bool // the file imports "C"
}

// linkname is a `//go:linkname local target` line; target is empty in the one-argument form.
type linkname struct{ local, target string }

// pragmas are the directives above one function.
type pragmas struct{ noescape, uintptrescapes, uintptrkeepalive, wasmexport bool }

// readNotes collects the directives of a file.
func readNotes(file *ast.File) *fileNotes {
	n := &fileNotes{}
	decls := file.Decls
	for _, group := range file.Comments {
		for _, c := range group.List {
			if !strings.HasPrefix(c.Text, "//go:") {
				n.read(c.Text)
				continue
			}
			for len(decls) > 0 && decls[0].End() <= c.Pos() {
				decls = decls[1:]
			}
			if len(decls) > 0 {
				n.pragma(decls[0], c)
			}
			n.read(c.Text)
		}
	}
	for _, imp := range file.Imports {
		n.cgo = n.cgo || imp.Path.Value == `"C"`
	}
	return n
}

// pragma gives a directive to the declaration that it stands before. As in gc, blank lines may come between.
func (n *fileNotes) pragma(d ast.Decl, c *ast.Comment) {
	decl, ok := d.(*ast.FuncDecl)
	if !ok || c.Pos() > decl.Pos() {
		return
	}
	p := n.pragmas[decl]
	directive, _, _ := strings.Cut(c.Text, " ")
	switch directive {
	case "//go:noescape":
		p.noescape = true
	case "//go:uintptrescapes":
		p.uintptrescapes = true
	case "//go:uintptrkeepalive":
		p.uintptrkeepalive = true
	case "//go:wasmexport":
		p.wasmexport = true
	default:
		return
	}
	if n.pragmas == nil {
		n.pragmas = map[*ast.FuncDecl]pragmas{}
	}
	n.pragmas[decl] = p
}

// read looks at one comment.
func (n *fileNotes) read(text string) {
	switch {
	case strings.HasPrefix(text, "//line ") || strings.HasPrefix(text, "/*line "):
		n.lines = true
	case strings.HasPrefix(text, "//go:linkname "):
		if f := strings.Fields(text); len(f) == 3 {
			n.links = append(n.links, linkname{f[1], f[2]})
		} else if len(f) == 2 {
			n.links = append(n.links, linkname{local: f[1]})
		}
	case strings.HasPrefix(text, "//export "), strings.HasPrefix(text, "//go:cgo_export_"):
		if f := strings.Fields(text); len(f) >= 2 {
			n.exports = append(n.exports, f[1])
		}
	}
}

// asmSymbol matches a reference to a Go symbol in assembly: `runtime·memmove(SB)`, `·add(SB)`, `·f<ABIInternal>(SB)`.
// Dots and slashes of a path are written as · and ∕.
var asmSymbol = regexp.MustCompile(`([\pL\pN_./∕·-]*)·([\pL\pN_]+)(?:<[A-Za-z]*>)?(?:\+[0-9A-Za-z_]+)?\(SB\)`)

var asmPath = strings.NewReplacer("∕", "/", "·", ".")

// hasAsm tells whether a package has assembly files.
func hasAsm(pkg *packages.Package) bool { return len(asmFiles(pkg)) > 0 }

func asmFiles(pkg *packages.Package) []string {
	var files []string
	for _, name := range pkg.OtherFiles {
		if strings.HasSuffix(name, ".s") || strings.HasSuffix(name, ".S") {
			files = append(files, name)
		}
	}
	return files
}

// asmNames lists the Go symbols, as "path.name", that the assembly of a package mentions: functions it may call and
// variables it may touch, out of sight of any analysis of Go code. Names without a path get that of own.
func asmNames(pkg *packages.Package, own string) []string {
	var names []string
	for _, file := range asmFiles(pkg) {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the go command has just listed it; without it the package would not link either
		}
		for _, m := range asmSymbol.FindAllSubmatch(text, -1) {
			path := asmPath.Replace(string(m[1]))
			if path == "" {
				path = own
			}
			names = append(names, path+"."+string(m[2]))
		}
	}
	return names
}
