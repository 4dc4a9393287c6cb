package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"unicode/utf8"
)

// speller writes expressions as gc's messages do (cmd/compile/internal/ir/fmt.go): composite literals without their
// elements, types by their meaning and not as written, other packages' names with the package name.
type speller struct {
	out  text
	info *types.Info
	pkg  *types.Package
}

// The precedences of gc's printer.
const (
	precUnary   = 7
	precPrimary = 8
)

// typ is gc's text of a type: other packages' types come with the package's name.
func (s *speller) typ(t types.Type) string {
	return typePrinter{func(p *types.Package) string {
		if p == s.pkg {
			return ""
		}
		return p.Name()
	}}.text(t)
}

// expr is gc's text of an expression.
func (s *speller) expr(e ast.Expr) string {
	s.out = s.out[:0]
	s.write(e, 0)
	return string(s.out)
}

// composite is gc's text of a composite literal, with an ampersand in front if its address is taken.
func (s *speller) composite(lit *ast.CompositeLit) string {
	t := s.info.TypeOf(lit)
	if t == nil {
		return "{...}"
	}
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem() // an elided &T in []*T{{}}
	}
	if len(lit.Elts) == 0 {
		return s.typ(t) + "{}"
	}
	return s.typ(t) + "{...}"
}

func (s *speller) write(e ast.Expr, prec int) {
	tv := s.info.Types[e]
	if tv.Value != nil {
		s.constant(tv)
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		s.write(e.X, prec)
	case *ast.Ident:
		s.out.str(e.Name)
	case *ast.FuncLit:
		s.out.str("func literal")
	case *ast.CompositeLit:
		s.out.str(s.composite(e))
	case *ast.SelectorExpr:
		s.write(e.X, precPrimary)
		s.embedded(e)
		s.out.byte('.')
		s.out.str(e.Sel.Name)
	case *ast.IndexExpr:
		s.write(e.X, precPrimary)
		s.out.byte('[')
		s.write(e.Index, 0)
		s.out.byte(']')
	case *ast.SliceExpr:
		s.slice(e)
	case *ast.TypeAssertExpr:
		s.write(e.X, precPrimary)
		s.out.str(".(")
		s.out.str(s.typ(s.info.TypeOf(e.Type)))
		s.out.byte(')')
	case *ast.CallExpr:
		s.call(e)
	case *ast.StarExpr:
		s.unary("*", e.X, prec)
	case *ast.UnaryExpr:
		s.unary(e.Op.String(), e.X, prec)
	case *ast.BinaryExpr:
		s.binary(e, prec)
	default:
		if tv.IsType() {
			s.out.str(s.typ(tv.Type))
		}
	}
}

// constant writes a constant's value, with its type unless that is the default one.
func (s *speller) constant(tv types.TypeAndValue) {
	t := types.Default(tv.Type)
	if basic, ok := t.(*types.Basic); ok && basic.Kind() == types.Int32 && basic.Name() == "rune" {
		if r, ok := constant.Uint64Val(tv.Value); ok && r <= utf8.MaxRune {
			s.out = strconv.AppendQuoteRune(s.out, rune(r))
			return
		}
	}
	value := tv.Value.String()
	if basic, ok := types.Unalias(t).(*types.Basic); ok && isDefault(basic.Kind()) {
		s.out.str(value)
		return
	}
	s.out.str(s.typ(t))
	s.out.byte('(')
	s.out.str(value)
	s.out.byte(')')
}

func isDefault(k types.BasicKind) bool {
	switch k {
	case types.Bool, types.Int, types.Float64, types.Complex128, types.String:
		return true
	}
	return false
}

func (s *speller) slice(e *ast.SliceExpr) {
	s.write(e.X, precPrimary)
	s.out.byte('[')
	if e.Low != nil {
		s.write(e.Low, 0)
	}
	s.out.byte(':')
	if e.High != nil {
		s.write(e.High, 0)
	}
	if e.Slice3 {
		s.out.byte(':')
		s.write(e.Max, 0)
	}
	s.out.byte(']')
}

// call writes a call or a conversion; an unnamed type is put into parentheses in the latter.
func (s *speller) call(e *ast.CallExpr) {
	if fun := s.info.Types[e.Fun]; fun.IsType() && len(e.Args) == 1 {
		s.out.str(s.conversion(fun.Type))
		s.out.byte('(')
		s.write(e.Args[0], 0)
		s.out.byte(')')
		return
	}
	if s.methodCall(e) {
		return
	}
	s.write(e.Fun, precPrimary)
	s.args(e, "")
}

// methodCall writes a call of a method of a concrete type as T.M(x), which is how gc keeps it.
func (s *speller) methodCall(e *ast.CallExpr) bool {
	fun, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	sel := s.info.Selections[fun]
	if sel == nil || sel.Kind() != types.MethodVal {
		return false
	}
	recv := sel.Obj().(*types.Func).Signature().Recv().Type()
	if types.IsInterface(recv) {
		return false
	}
	if _, ok := types.Unalias(recv).(*types.Pointer); ok {
		s.out.str("(" + s.typ(recv) + ")")
	} else {
		s.out.str(s.typ(recv))
	}
	s.out.byte('.')
	s.out.str(fun.Sel.Name)
	old := s.out
	s.out = nil
	s.write(fun.X, 0)
	s.embedded(fun)
	x := string(s.out)
	s.out = old
	s.args(e, x)
	return true
}

// embedded writes the embedded fields that a selector leaves out.
func (s *speller) embedded(e *ast.SelectorExpr) {
	sel := s.info.Selections[e]
	if sel == nil {
		return
	}
	t := sel.Recv()
	path := sel.Index()
	for _, k := range path[:len(path)-1] {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return
		}
		s.out.byte('.')
		s.out.str(st.Field(k).Name())
		t = st.Field(k).Type()
	}
}

// args writes the arguments of a call after a first one that may be empty. gc has packed variadic ones into a slice
// by the time it prints them.
func (s *speller) args(e *ast.CallExpr, first string) {
	s.out.byte('(')
	s.out.str(first)
	plain, packed := len(e.Args), ""
	if sig, ok := s.signature(e); ok && sig.Variadic() && !e.Ellipsis.IsValid() {
		plain, packed = min(plain, sig.Params().Len()-1), "nil..."
		if len(e.Args) > plain {
			packed = "... argument..."
		}
	}
	for i, arg := range e.Args[:plain] {
		if i > 0 || first != "" {
			s.out.str(", ")
		}
		s.write(arg, 0)
	}
	switch {
	case packed != "":
		if plain > 0 || first != "" {
			s.out.str(", ")
		}
		s.out.str(packed)
	case e.Ellipsis.IsValid():
		s.out.str("...")
	}
	s.out.byte(')')
}

// signature is that of a call's function; builtins, whose arguments gc leaves alone, have none here.
func (s *speller) signature(e *ast.CallExpr) (*types.Signature, bool) {
	tv := s.info.Types[e.Fun]
	if tv.Type == nil || tv.IsBuiltin() {
		return nil, false
	}
	sig, ok := tv.Type.Underlying().(*types.Signature)
	return sig, ok
}

// conversion is the type in front of a conversion's operand.
func (s *speller) conversion(t types.Type) string {
	switch t.(type) {
	case *types.Basic, *types.Named, *types.Alias, *types.TypeParam:
		return s.typ(t)
	}
	return "(" + s.typ(t) + ")"
}

func (s *speller) unary(op string, x ast.Expr, prec int) {
	if prec > precUnary {
		s.out.byte('(')
		defer s.out.byte(')')
	}
	s.out.str(op)
	if inner, ok := ast.Unparen(x).(*ast.UnaryExpr); ok && inner.Op.String() == op {
		s.out.byte(' ')
	}
	s.write(x, precUnary+1)
}

func (s *speller) binary(e *ast.BinaryExpr, prec int) {
	p := binaryPrec(e.Op)
	if prec > p {
		s.out.byte('(')
		defer s.out.byte(')')
	}
	s.write(e.X, p)
	s.out.byte(' ')
	s.out.str(e.Op.String())
	s.out.byte(' ')
	if e.Op == token.ADD && s.isString(e) {
		s.write(e.Y, p) // a chain, whatever its parentheses
	} else {
		s.write(e.Y, p+1)
	}
}

func binaryPrec(op token.Token) int {
	switch p := op.Precedence(); p {
	case 4, 5:
		return p + 1
	case 3:
		return 4
	default:
		return p
	}
}

func (s *speller) isString(e ast.Expr) bool {
	t := s.info.TypeOf(e)
	if t == nil {
		return false
	}
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}
