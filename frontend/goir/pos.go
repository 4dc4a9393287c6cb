package main

import (
	"go/ast"
	"go/token"
	"go/version"
	"os"
	"slices"
	"sort"
	"strings"
)

// gcPos is where gc's syntax tree puts an expression. Its node positions differ from go/ast's: they are the token
// that makes the node what it is (the dot, the opening bracket, the operator) and not its first character.
func gcPos(e ast.Expr, dots *dotFinder) token.Pos {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return dots.after(e.X, e.Sel.Pos())
	case *ast.TypeAssertExpr:
		return dots.after(e.X, e.Lparen)
	case *ast.CallExpr:
		return e.Lparen
	case *ast.IndexExpr:
		return e.Lbrack
	case *ast.IndexListExpr:
		return e.Lbrack
	case *ast.SliceExpr:
		return e.Lbrack
	case *ast.BinaryExpr:
		return e.OpPos
	case *ast.CompositeLit:
		return e.Lbrace
	case *ast.KeyValueExpr:
		return e.Colon
	}
	return e.Pos()
}

// dotFinder finds the dot of selectors and type assertions, which go/ast does not keep.
type dotFinder struct {
	fset *token.FileSet
	name string // the file whose text is held
	src  []byte
}

// after finds the dot between the end of x and limit. Most dots stand right there; only if they do not is the
// source read again, for there may be comments with dots in them.
func (d *dotFinder) after(x ast.Expr, limit token.Pos) token.Pos {
	end := x.End()
	if limit <= end+1 {
		return end
	}
	file := d.fset.File(end)
	if file == nil || !d.read(file.Name()) {
		return end
	}
	at, stop := file.Offset(end), file.Offset(limit)
	if stop > len(d.src) {
		return end
	}
	for at < stop {
		switch {
		case d.src[at] == '.':
			return file.Pos(at)
		case d.src[at] == '/' && at+1 < stop:
			at = skipComment(d.src, at)
		default:
			at++
		}
	}
	return end
}

// skipComment returns the offset after the comment that starts at at.
func skipComment(src []byte, at int) int {
	at++
	if src[at] == '/' {
		for at < len(src) && src[at] != '\n' {
			at++
		}
		return at
	}
	for at++; at+1 < len(src); at++ {
		if src[at] == '*' && src[at+1] == '/' {
			return at + 2
		}
	}
	return len(src)
}

// read makes d.src the text of a file.
func (d *dotFinder) read(name string) bool {
	if d.name == name {
		return true
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return false
	}
	d.name, d.src = name, src
	return true
}

// maxColumn is where gc's columns saturate.
const maxColumn = 255

// place is a position in .gir: a number of a file record, line and column; the zero line means none.
type place struct{ file, line, col int }

// sourceFile is a parsed file with its line table.
type sourceFile struct {
	file  *token.File
	base  int
	end   int
	lines []int  // offset of each line
	plain bool   // without //line directives
	num   int    // of the file record, -1 before there is one
	lang  string // the language version, as 1.24
}

// positions turns token.Pos into places and numbers file names in the order in which they come up.
type positions struct {
	fset  *token.FileSet
	files []*sourceFile // by base
	last  *sourceFile
	names map[string]int
	emit  func(num int, name string) // writes a file record
}

func newPositions(p *loaded, emit func(int, string)) *positions {
	ps := &positions{fset: p.fset, names: map[string]int{}, emit: emit}
	p.fset.Iterate(func(f *token.File) bool {
		notes := p.notes[f.Name()]
		ps.files = append(ps.files, &sourceFile{file: f, base: f.Base(), end: f.Base() + f.Size(), plain: notes != nil && !notes.lines, num: -1})
		return true
	})
	slices.SortFunc(ps.files, func(a, b *sourceFile) int { return a.base - b.base })
	return ps
}

// at is the place of p; files are numbered, and their records written, as they are met.
func (ps *positions) at(p token.Pos) place {
	if !p.IsValid() {
		return place{}
	}
	f := ps.find(p)
	if f == nil {
		return place{}
	}
	if !f.plain {
		pos := ps.fset.PositionFor(p, true)
		return place{ps.number(pos.Filename), pos.Line, min(pos.Column, maxColumn)}
	}
	if f.num < 0 {
		f.num = ps.number(f.file.Name())
		f.lines = f.file.Lines()
	}
	offset := int(p) - f.base
	i := sort.SearchInts(f.lines, offset+1) - 1
	return place{f.num, i + 1, min(offset-f.lines[i]+1, maxColumn)}
}

// find is the file that holds p.
func (ps *positions) find(p token.Pos) *sourceFile {
	if f := ps.last; f != nil && int(p) >= f.base && int(p) <= f.end {
		return f
	}
	i := sort.Search(len(ps.files), func(i int) bool { return ps.files[i].end >= int(p) })
	if i == len(ps.files) || int(p) < ps.files[i].base {
		return nil
	}
	ps.last = ps.files[i]
	return ps.last
}

// number is the number of a file name's record.
func (ps *positions) number(name string) int {
	n, ok := ps.names[name]
	if !ok {
		n = len(ps.names)
		ps.names[name] = n
		ps.emit(n, name)
	}
	return n
}

// setGoVersion notes the language version of the file at p.
func (ps *positions) setGoVersion(p token.Pos, v string) {
	if f := ps.find(p); f != nil {
		f.lang = strings.TrimPrefix(version.Lang(v), "go")
	}
}

// goVersion is the language version of the file at p, empty if it is the toolchain's.
func (ps *positions) goVersion(p token.Pos) string {
	if f := ps.find(p); f != nil {
		return f.lang
	}
	return ""
}
