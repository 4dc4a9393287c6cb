//go:build stackproof_hook

// This file is compiled into the compiler's own package escape, next to its files, through go build -overlay (patch.go). The
// compiler asks stackproofEscapes once for each location, at the end of a batch's analysis, when everything is decided and nothing
// has been acted upon.
package escape

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"cmd/compile/internal/base"
	"cmd/compile/internal/ir"
	"cmd/compile/internal/types"
	"cmd/internal/src"
)

// stackproofVerdicts holds the sites that are to be on the stack, one a line as stackproofSite writes them; nil before it is read.
var stackproofVerdicts map[string]bool

// stackproofBoxLimit is the size up to which the compiler makes boxes of interfaces on the stack (walk/convert.go, dataWord).
const stackproofBoxLimit = 1024

// stackproofEscapes tells whether a location is to be on the heap. What the compiler says is changed only from heap to stack, where the
// verdict file has the site and the compiler's own limits allow it. Every site that was or stays on the heap is reported on standard
// output, which go build keeps with the package in its cache.
func stackproofEscapes(loc *location, escapes bool) bool {
	if !escapes {
		return false
	}
	kind, pointers := stackproofKind(loc.n)
	pos := base.Ctxt.InnermostPos(loc.n.Pos())
	refusal := stackproofRefusal(loc, kind, pos)
	site := stackproofSite(kind, pos)
	flip := refusal == "" && stackproofRead()[site]
	holds := "data"
	if pointers {
		holds = "pointers"
	}
	verdict := "heap"
	if flip {
		verdict = "stack"
	}
	fmt.Printf("stackproof:\t%s\t%s\t%s\t%s\n", verdict, site, holds, refusal)
	return !flip
}

// stackproofSite names a site. Inlined code keeps the position it was written at. The file name is quoted, so that the go command does
// not shorten it.
func stackproofSite(kind string, pos src.Pos) string {
	return fmt.Sprintf("%s\t%q\t%d\t%d", kind, pos.AbsFilename(), pos.RelLine(), pos.RelCol())
}

// stackproofRefusal tells why a site must stay where it is, or "".
func stackproofRefusal(loc *location, kind string, pos src.Pos) string {
	n := loc.n
	if why := HeapAllocReason(n); why != "" {
		return why
	}
	switch {
	case base.Flag.CompilingRuntime:
		return "runtime package"
	case !pos.IsKnown() || pos.Base().Pos().Base() != pos.Base():
		return "no position of a file"
	case loc.curfn == nil || loc.curfn.Pragma&ir.Nosplit != 0:
		return "frame of a nosplit function"
	case kind == "append" || kind == "chan" || kind == "wrapper" || kind == "concat" || strings.HasPrefix(kind, "O"):
		// append, chan: their verdicts are not about the frame; wrapper: no site; concat: a concatenation on the stack may be its operand
		// itself, where the compiler has put the operand on the stack because the result, being on the heap, is a copy; O...: an operation that is not known here.
		return "kind of site"
	}
	if n, ok := n.(*ir.ConvExpr); ok && kind == "iface" && n.X.Type().Size() > stackproofBoxLimit {
		return "too large for stack"
	}
	return ""
}

// stackproofKind sorts the nodes that allocate as stackproof's verdicts are sorted, and tells whether what is allocated has pointers.
func stackproofKind(n ir.Node) (kind string, pointers bool) {
	switch n.Op() {
	case ir.ONAME:
		if strings.HasPrefix(n.Sym().Name, ".autotmp_") { // new(expr)
			return "new", n.Type().HasPointers()
		}
		return "var", n.Type().HasPointers()
	case ir.OPTRLIT, ir.OSLICELIT:
		return "lit", n.Type().Elem().HasPointers()
	case ir.ONEW:
		return "new", n.Type().Elem().HasPointers()
	case ir.OMAPLIT:
		return "lit", stackproofMapPointers(n.Type())
	case ir.OMAKEMAP:
		return "make", stackproofMapPointers(n.Type())
	case ir.OMAKESLICE:
		return "make", n.Type().Elem().HasPointers()
	case ir.OMAKECHAN:
		return "chan", n.Type().Elem().HasPointers()
	case ir.OCLOSURE:
		if n.(*ir.ClosureExpr).Func.Wrapper() { // around the call of a go or defer statement
			return "wrapper", true
		}
		return "closure", len(n.(*ir.ClosureExpr).Func.ClosureVars) > 0
	case ir.OMETHVALUE:
		return "methodvalue", true
	case ir.OCONVIFACE:
		return "iface", n.(*ir.ConvExpr).X.Type().HasPointers()
	case ir.OSTR2BYTES, ir.OSTR2RUNES, ir.OBYTES2STR, ir.ORUNES2STR, ir.ORUNESTR:
		return "conv", false
	case ir.OADDSTR:
		return "concat", false
	case ir.OAPPEND:
		return "append", n.Type().Elem().HasPointers()
	}
	return n.Op().String(), true
}

func stackproofMapPointers(t *types.Type) bool {
	return t.Key().HasPointers() || t.Elem().HasPointers()
}

// stackproofRead returns the verdicts for the package being compiled. A file that is named and cannot be read ends the compilation: the
// result would be another one than the go command files it as.
func stackproofRead() map[string]bool {
	if stackproofVerdicts != nil {
		return stackproofVerdicts
	}
	stackproofVerdicts = map[string]bool{}
	name := os.Getenv("STACKPROOF_VERDICTS")
	if name == "" {
		return stackproofVerdicts
	}
	file, err := os.Open(name)
	if err != nil {
		base.Fatalf("stackproof: %v", err)
	}
	defer file.Close()
	lines, last := bufio.NewScanner(file), ""
	for lines.Scan() {
		last = lines.Text()
		stackproofVerdicts[last] = true
	}
	if err := lines.Err(); err != nil {
		base.Fatalf("stackproof: %v", err)
	}
	if last != "end" { // a place that is cut short is another place
		base.Fatalf("stackproof: %s is cut short", name)
	}
	return stackproofVerdicts
}
