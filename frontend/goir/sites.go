package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// site is an allocation site as gc names it: a category of papers/gir.md, gc's position and gc's text.
type site struct {
	category string
	pos      token.Pos
	text     string
}

// source is where a stored, passed or converted value comes from: an expression or, where a call yields several
// values at once, the statement or call that takes them apart, for which gc makes up a variable.
type source struct {
	expr  ast.Expr
	whole ast.Expr  // the explicit conversion of expr, if there is one
	made  token.Pos // without expr: gc's position of the variable that it makes up
	name  string    // and that variable's name
}

// autotmp is gc's name, short of a number, for the variables that hold the parts of a tuple.
const autotmp = ".autotmp"

// syntaxIndex finds the syntax behind instructions. go/ssa drops most of it but keeps positions, which identify a
// token each: the tables lead from that token to the node. One index serves one declaration at a time.
type syntaxIndex struct {
	dots    *dotFinder
	info    *types.Info
	calls   map[token.Pos]*ast.CallExpr     // by either parenthesis
	lits    map[token.Pos]*ast.CompositeLit // by opening brace
	amps    map[token.Pos]token.Pos         // opening brace of T{} in &T{}: the ampersand
	binary  map[token.Pos]*ast.BinaryExpr   // by operator
	inner   map[token.Pos]bool              // operators + that are operands of another +
	selects map[token.Pos]*ast.SelectorExpr // by name selected
	indexes map[token.Pos]*ast.IndexExpr    // by opening bracket
	pairs   map[token.Pos]*ast.KeyValueExpr // by colon
	sends   map[token.Pos]*ast.SendStmt     // by arrow
	returns map[token.Pos]*ast.ReturnStmt   // by keyword
	cases   map[token.Pos]switchCase        // by first token of the case expression
	stores  map[token.Pos]source            // by the token that go/ssa gives an assignment's left-hand side
	clauses map[token.Pos][]*ast.CaseClause // by the variable of a type switch, in go/ssa's order
	// by the token where go/ssa stores an element of a composite literal
	elements map[token.Pos]bool
}

// switchCase is an expression of a case clause with the switch's tag.
type switchCase struct{ tag, value ast.Expr }

func newSyntaxIndex(dots *dotFinder) *syntaxIndex {
	return &syntaxIndex{
		dots:     dots,
		calls:    map[token.Pos]*ast.CallExpr{},
		lits:     map[token.Pos]*ast.CompositeLit{},
		amps:     map[token.Pos]token.Pos{},
		binary:   map[token.Pos]*ast.BinaryExpr{},
		inner:    map[token.Pos]bool{},
		selects:  map[token.Pos]*ast.SelectorExpr{},
		indexes:  map[token.Pos]*ast.IndexExpr{},
		pairs:    map[token.Pos]*ast.KeyValueExpr{},
		sends:    map[token.Pos]*ast.SendStmt{},
		returns:  map[token.Pos]*ast.ReturnStmt{},
		cases:    map[token.Pos]switchCase{},
		stores:   map[token.Pos]source{},
		clauses:  map[token.Pos][]*ast.CaseClause{},
		elements: map[token.Pos]bool{},
	}
}

// reset forgets everything and turns to a package.
func (x *syntaxIndex) reset(info *types.Info) {
	x.info = info
	clear(x.calls)
	clear(x.lits)
	clear(x.amps)
	clear(x.binary)
	clear(x.inner)
	clear(x.selects)
	clear(x.indexes)
	clear(x.pairs)
	clear(x.sends)
	clear(x.returns)
	clear(x.cases)
	clear(x.stores)
	clear(x.clauses)
	clear(x.elements)
}

// add enters a node and all below it.
func (x *syntaxIndex) add(root ast.Node) { ast.Inspect(root, x.visit) }

func (x *syntaxIndex) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		x.calls[n.Lparen] = n
		x.calls[n.Rparen] = n
	case *ast.CompositeLit:
		x.lits[n.Lbrace] = n
		for _, e := range n.Elts {
			x.element(e)
		}
	case *ast.KeyValueExpr:
		x.pairs[n.Colon] = n
	case *ast.UnaryExpr:
		if lit, ok := ast.Unparen(n.X).(*ast.CompositeLit); ok && n.Op == token.AND {
			x.amps[lit.Lbrace] = n.OpPos
		}
	case *ast.BinaryExpr:
		x.binary[n.OpPos] = n
		x.operand(n, n.X)
		x.operand(n, n.Y)
	case *ast.SelectorExpr:
		x.selects[n.Sel.Pos()] = n
	case *ast.IndexExpr:
		x.indexes[n.Lbrack] = n
	case *ast.SendStmt:
		x.sends[n.Arrow] = n
	case *ast.ReturnStmt:
		x.returns[n.Return] = n
	case *ast.AssignStmt:
		if n.Tok == token.ASSIGN || n.Tok == token.DEFINE {
			x.assign(n.Lhs, n.Rhs, n.TokPos)
		}
	case *ast.ValueSpec:
		x.valueSpec(n)
	case *ast.RangeStmt:
		x.rangeStmt(n)
	case *ast.SwitchStmt:
		x.switchStmt(n)
	case *ast.TypeSwitchStmt:
		x.typeSwitch(n)
	}
	return true
}

// element notes the value of an element of a composite literal under the token where go/ssa stores it.
func (x *syntaxIndex) element(e ast.Expr) {
	if kv, ok := e.(*ast.KeyValueExpr); ok {
		x.stores[kv.Colon] = source{expr: kv.Value}
		x.elements[kv.Colon] = true
	} else {
		x.elements[e.Pos()] = true
		x.stores[e.Pos()] = source{expr: e}
	}
}

// operand notes a concatenation inside another one: gc makes one site of the whole chain.
func (x *syntaxIndex) operand(outer *ast.BinaryExpr, e ast.Expr) {
	if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && outer.Op == token.ADD && b.Op == token.ADD {
		x.inner[b.OpPos] = true
	}
}

func (x *syntaxIndex) assign(lhs, rhs []ast.Expr, pos token.Pos) {
	for i, l := range lhs {
		x.store(l, i, len(lhs), rhs, pos)
	}
}

func (x *syntaxIndex) valueSpec(n *ast.ValueSpec) {
	if len(n.Values) == 0 {
		return
	}
	for i, id := range n.Names {
		x.store(id, i, len(n.Names), n.Values, n.Names[0].Pos())
	}
}

// rangeStmt notes that a range-over-func loop assigns the parameters of its body to variables declared before. Other
// loops' assignments are no conversions to gc, even where they convert.
func (x *syntaxIndex) rangeStmt(n *ast.RangeStmt) {
	if t := x.info.TypeOf(n.X); n.Tok != token.ASSIGN || t == nil || !isFunc(t) {
		return
	}
	for i, lhs := range []ast.Expr{n.Key, n.Value} {
		if lhs != nil {
			x.stores[lvaluePos(lhs)] = source{made: gcPos(lhs, x.dots), name: loopParam(i)}
		}
	}
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// loopParam is gc's name for the i-th parameter of a range-over-func body that declares no variables.
func loopParam(i int) string { return "#p" + strconv.Itoa(i+1) }

// store notes where the i-th of n left-hand sides gets its value; pos is where gc reports a tuple's parts.
func (x *syntaxIndex) store(lhs ast.Expr, i, n int, rhs []ast.Expr, pos token.Pos) {
	from := source{made: pos, name: autotmp}
	if n == len(rhs) {
		from = source{expr: rhs[i]}
	}
	x.stores[lvaluePos(lhs)] = from
}

// lvaluePos is the position go/ssa gives a store to e.
func lvaluePos(e ast.Expr) token.Pos {
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		return e.Sel.Pos()
	case *ast.IndexExpr:
		return e.Lbrack
	default:
		return e.Pos()
	}
}

func (x *syntaxIndex) switchStmt(n *ast.SwitchStmt) {
	for _, clause := range n.Body.List {
		for _, e := range clause.(*ast.CaseClause).List {
			x.cases[e.Pos()] = switchCase{n.Tag, e}
		}
	}
}

// typeSwitch notes the clauses of `switch v := x.(type)` in the order in which go/ssa makes their variables: the
// default clause comes last.
func (x *syntaxIndex) typeSwitch(n *ast.TypeSwitchStmt) {
	assign, ok := n.Assign.(*ast.AssignStmt)
	if !ok {
		return
	}
	var list, last []*ast.CaseClause
	for _, clause := range n.Body.List {
		if c := clause.(*ast.CaseClause); c.List == nil {
			last = append(last, c)
		} else {
			list = append(list, c)
		}
	}
	x.clauses[assign.Lhs[0].Pos()] = append(list, last...)
}

// clausePos is where gc puts the variable of a type switch clause: at the end of its last type, or at the keyword.
func clausePos(c *ast.CaseClause, dots *dotFinder) token.Pos {
	if len(c.List) == 0 {
		return c.Case
	}
	return typeEndPos(c.List[len(c.List)-1], dots)
}

// typeEndPos follows cmd/compile/internal/noder/quirks.go.
func typeEndPos(e ast.Expr, dots *dotFinder) token.Pos {
	switch t := e.(type) {
	case *ast.ParenExpr:
		return typeEndPos(t.X, dots)
	case *ast.StarExpr:
		return typeEndPos(t.X, dots)
	case *ast.ArrayType:
		return typeEndPos(t.Elt, dots)
	case *ast.ChanType:
		return typeEndPos(t.Value, dots)
	case *ast.Ellipsis:
		return typeEndPos(t.Elt, dots)
	case *ast.MapType:
		return typeEndPos(t.Value, dots)
	case *ast.SelectorExpr:
		return gcPos(t.X, dots)
	case *ast.InterfaceType:
		if last := lastField(t.Methods); last != nil {
			return typeEndPos(last, dots)
		}
		return t.Pos()
	case *ast.FuncType:
		if last := lastField(t.Results); last != nil {
			return typeEndPos(last, dots)
		}
		if last := lastField(t.Params); last != nil {
			return typeEndPos(last, dots)
		}
		return t.Pos()
	case *ast.IndexExpr:
		return typeEndPos(t.Index, dots)
	case *ast.IndexListExpr:
		return typeEndPos(t.Indices[len(t.Indices)-1], dots)
	}
	return e.Pos()
}

func lastField(fields *ast.FieldList) ast.Expr {
	if fields == nil || len(fields.List) == 0 {
		return nil
	}
	return fields.List[len(fields.List)-1].Type
}

// converted finds what a MakeInterface converts. Explicit conversions have a position; implicit ones are found
// through the instruction that uses their value.
func (x *syntaxIndex) converted(v *ssa.MakeInterface) (source, bool) {
	if v.Pos().IsValid() {
		if call := x.calls[v.Pos()]; call != nil && len(call.Args) == 1 {
			return source{expr: call.Args[0], whole: call}, true
		}
		return source{}, false
	}
	users := *v.Referrers()
	if len(users) == 0 {
		return source{}, false
	}
	return x.used(users[0], v)
}

// used finds the expression that provides operand v of the instruction user.
func (x *syntaxIndex) used(user ssa.Instruction, v ssa.Value) (source, bool) {
	switch user := user.(type) {
	case *ssa.Store:
		return x.stored(user)
	case ssa.CallInstruction:
		return x.passed(user.Common(), v)
	case *ssa.MapUpdate:
		return x.mapUpdate(user, v)
	case *ssa.Lookup:
		if n := x.indexes[user.Pos()]; n != nil {
			return source{expr: n.Index}, true
		}
	case *ssa.Send:
		return x.sent(user.Pos())
	case *ssa.Select:
		for _, s := range user.States {
			if s.Send == v {
				return x.sent(s.Pos)
			}
		}
	case *ssa.BinOp:
		return x.compared(user, v)
	case *ssa.Panic:
		if call := x.calls[user.Pos()]; call != nil && len(call.Args) == 1 {
			return source{expr: call.Args[0]}, true
		}
	}
	return source{}, false
}

func (x *syntaxIndex) sent(pos token.Pos) (source, bool) {
	if n := x.sends[pos]; n != nil {
		return source{expr: n.Value}, true
	}
	return source{}, false
}

// stored finds the right-hand side of an assignment, an argument among variadic ones, an element or a result.
func (x *syntaxIndex) stored(s *ssa.Store) (source, bool) {
	if elem, ok := s.Addr.(*ssa.IndexAddr); ok {
		if array, ok := elem.X.(*ssa.Alloc); ok && x.isVarargs(array) {
			return x.variadic(array, elem)
		}
	}
	if ret := x.returns[s.Pos()]; ret != nil {
		return returned(ret, s)
	}
	from, ok := x.stores[s.Pos()]
	return from, ok
}

// isVarargs tells go/ssa's arrays of variadic arguments from variables of that name.
func (x *syntaxIndex) isVarargs(a *ssa.Alloc) bool {
	if a.Comment != "varargs" || !a.Pos().IsValid() {
		return false
	}
	call := x.calls[a.Pos()]
	return call != nil && call.Rparen == a.Pos()
}

func (x *syntaxIndex) variadic(array *ssa.Alloc, elem *ssa.IndexAddr) (source, bool) {
	call := x.calls[array.Pos()]
	size := int(array.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len())
	i, ok := elem.Index.(*ssa.Const)
	if !ok {
		return source{}, false
	}
	return x.argument(call, len(call.Args)-size+int(i.Int64()))
}

// argument is the i-th argument of a call, or a part of the tuple in f(g()).
func (x *syntaxIndex) argument(call *ast.CallExpr, i int) (source, bool) {
	if len(call.Args) == 1 {
		if _, ok := x.info.TypeOf(call.Args[0]).(*types.Tuple); ok {
			return source{made: call.Lparen, name: autotmp}, true
		}
	}
	if i < 0 || i >= len(call.Args) {
		return source{}, false
	}
	return source{expr: call.Args[i]}, true
}

// passed finds an ordinary argument.
func (x *syntaxIndex) passed(c *ssa.CallCommon, v ssa.Value) (source, bool) {
	call := x.calls[c.Pos()]
	if call == nil {
		return source{}, false
	}
	for i, arg := range c.Args {
		if arg != v {
			continue
		}
		if fn, ok := c.Value.(*ssa.Function); ok && fn.Signature.Recv() != nil {
			i-- // the receiver
		}
		return x.argument(call, i)
	}
	return source{}, false
}

func (x *syntaxIndex) mapUpdate(u *ssa.MapUpdate, v ssa.Value) (source, bool) {
	if kv := x.pairs[u.Pos()]; kv != nil {
		if v == u.Key {
			return source{expr: kv.Key}, true
		}
		return source{expr: kv.Value}, true
	}
	if v == u.Key {
		if n := x.indexes[u.Pos()]; n != nil {
			return source{expr: n.Index}, true
		}
		return source{}, false
	}
	from, ok := x.stores[u.Pos()]
	return from, ok
}

func (x *syntaxIndex) compared(b *ssa.BinOp, v ssa.Value) (source, bool) {
	left, right := ast.Expr(nil), ast.Expr(nil)
	if n := x.binary[b.Pos()]; n != nil {
		left, right = n.X, n.Y
	} else if c, ok := x.cases[b.Pos()]; ok {
		left, right = c.tag, c.value
	}
	e := left
	if v != b.X {
		e = right
	}
	return source{expr: e}, e != nil
}

// returned finds the result that a store of a return statement takes: the stores stand in the order of the results.
func returned(ret *ast.ReturnStmt, s *ssa.Store) (source, bool) {
	instrs := s.Block().Instrs
	self := slices.Index(instrs, ssa.Instruction(s))
	isResult := func(i int) bool {
		other, ok := instrs[i].(*ssa.Store)
		return ok && other.Pos() == ret.Return
	}
	first, last := self, self
	for first > 0 && isResult(first-1) {
		first--
	}
	for last+1 < len(instrs) && isResult(last+1) {
		last++
	}
	if len(ret.Results) == 1 && first < last {
		return source{made: ret.Return, name: autotmp}, true
	}
	if self-first < len(ret.Results) {
		return source{expr: ret.Results[self-first]}, true
	}
	return source{}, false
}

// isDictionaryCall tells whether a static call in an instance of a generic function is a method of a type parameter in
// the source: gc makes such calls through a dictionary and does not know the callee.
func (x *syntaxIndex) isDictionaryCall(c *ssa.CallCommon) bool {
	call := x.calls[c.Pos()]
	if call == nil || x.info == nil || c.StaticCallee() == nil {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	s := x.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return false
	}
	recv := s.Obj().(*types.Func).Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}
