package main

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// blocks writes the body of a function.
func (w *funcWriter) blocks() {
	for _, b := range w.fn.Blocks {
		w.body.str("block b")
		w.body.num(b.Index)
		w.body.line()
		for _, i := range b.Instrs {
			if !w.dead[i] {
				w.instr(i)
			}
		}
	}
}

// instr writes one instruction.
func (w *funcWriter) instr(i ssa.Instruction) {
	w.body.str("  ")
	switch i := i.(type) {
	case *ssa.Alloc:
		w.alloc(i)
	case *ssa.UnOp:
		w.unOp(i)
	case *ssa.Store:
		w.body.str("store")
		w.list(i.Addr, i.Val)
		w.flag(w.index.elements[i.Pos()], " init")
		w.at(i.Pos())
	case *ssa.FieldAddr:
		w.def(i, "faddr", i.Type())
		w.fieldOf(i.X, i.Field)
		w.at(i.Pos())
	case *ssa.Field:
		w.def(i, "field", i.Type())
		w.fieldOf(i.X, i.Field)
		w.at(i.Pos())
	case *ssa.IndexAddr:
		w.value(i, "iaddr", i.X, i.Index)
	case *ssa.Index:
		w.value(i, "index", i.X, i.Index)
	case *ssa.Extract:
		w.extract(i)
	case *ssa.Slice:
		w.value(i, "slice", i.X, i.Low, i.High, i.Max)
	case *ssa.MakeInterface:
		w.makeInterface(i)
	case *ssa.ChangeInterface:
		w.value(i, "chiface", i.X)
	case *ssa.ChangeType:
		w.value(i, "chtype", i.X)
	case *ssa.TypeAssert:
		w.def(i, "assert", i.Type())
		w.list(i.X)
		w.body.ref(w.types.num(i.AssertedType))
		w.flag(i.CommaOk, " ok")
		w.at(i.Pos())
	case *ssa.Convert:
		w.convert(i, i.X)
	case *ssa.MultiConvert:
		w.convert(i, i.X)
	case *ssa.SliceToArrayPointer:
		w.value(i, "s2ap", i.X)
	case *ssa.MakeClosure:
		w.closure(i)
	case *ssa.MakeSlice:
		w.def(i, "mkslice", i.Type())
		w.list(i.Len, i.Cap)
		w.site(w.makeSite(i.Pos()))
	case *ssa.MakeMap:
		w.def(i, "mkmap", i.Type())
		w.list(i.Reserve)
		w.site(w.mapSite(i.Pos()))
	case *ssa.MakeChan:
		w.def(i, "mkchan", i.Type())
		w.list(i.Size)
		w.site(w.chanSite(i.Pos()))
	case *ssa.Lookup:
		w.def(i, "lookup", i.Type())
		w.list(i.X, i.Index)
		w.flag(i.CommaOk, " ok")
		w.at(i.Pos())
	case *ssa.MapUpdate:
		w.op("mapset", i.Pos(), i.Map, i.Key, i.Value)
	case *ssa.Range:
		// The iterator has no type of its own: it is written as what it iterates over.
		w.def(i, "range", i.X.Type())
		w.list(i.X)
		w.at(i.Pos())
	case *ssa.Next:
		w.next(i)
	case *ssa.Send:
		w.op("send", i.Pos(), i.Chan, i.X)
	case *ssa.Select:
		w.selectOp(i)
	case *ssa.Phi:
		w.phi(i)
	case *ssa.BinOp:
		w.binOp(i)
	case *ssa.Call:
		w.plainCall(i)
	case *ssa.Go:
		w.body.str("go ")
		w.spawn(i, &i.Call)
		w.at(i.Pos())
	case *ssa.Defer:
		w.deferOp(i)
	case *ssa.RunDefers:
		w.body.str("rundefers")
	case *ssa.Panic:
		w.op("panic", i.Pos(), i.X)
	case *ssa.Return:
		w.ret(i)
	case *ssa.Jump:
		w.body.str("jmp b")
		w.body.num(i.Block().Succs[0].Index)
	case *ssa.If:
		w.op("br", token.NoPos, i.Cond)
		w.body.str(" b")
		w.body.num(i.Block().Succs[0].Index)
		w.body.str(" b")
		w.body.num(i.Block().Succs[1].Index)
	default:
		panic("instruction without a .gir form: " + i.String())
	}
	w.body.line()
}

// def writes `%reg = op #type`.
func (w *funcWriter) def(v ssa.Value, op string, t types.Type) {
	n := w.types.num(t)
	w.body.byte('%')
	w.reg(v)
	w.body.str(" = ")
	w.body.str(op)
	w.body.ref(n)
}

// reg writes the name of an instruction's value: a number, with a variable's name in front.
func (w *funcWriter) reg(v ssa.Value) {
	if a, ok := v.(*ssa.Alloc); ok && isVariableName(a.Comment) {
		w.body.str(a.Comment)
		w.body.byte('.')
	}
	w.body.num(w.regs[v])
}

// isVariableName tells the names of variables from go/ssa's own comments.
func isVariableName(comment string) bool {
	switch comment {
	case "", "_", "complit", "slicelit", "varargs", "new", "makeslice", "rangeint.iter":
		return false
	}
	return true
}

// value writes an instruction whose operands are all values.
func (w *funcWriter) value(v valueInstr, op string, operands ...ssa.Value) {
	w.def(v, op, v.Type())
	w.list(operands...)
	w.at(v.Pos())
}

type valueInstr interface {
	ssa.Value
	ssa.Instruction
}

// op writes an instruction without a result.
func (w *funcWriter) op(op string, pos token.Pos, operands ...ssa.Value) {
	w.body.str(op)
	w.list(operands...)
	w.at(pos)
}

// list writes operands, `_` for absent ones.
func (w *funcWriter) list(operands ...ssa.Value) {
	for _, v := range operands {
		w.body.byte(' ')
		w.operand(v)
	}
}

func (w *funcWriter) fieldOf(x ssa.Value, k int) {
	w.body.byte(' ')
	w.operand(x)
	w.body.str(" .")
	w.body.num(k)
}

// operand writes an operand.
func (w *funcWriter) operand(v ssa.Value) {
	if k := w.wrapOperand(v); k >= 0 {
		w.body.byte('%')
		w.wrapParam(k)
		return
	}
	switch v := v.(type) {
	case nil:
		w.body.byte('_')
	case *ssa.Const:
		w.constant(v)
	case *ssa.Function:
		w.body.byte('@')
		w.body.num(w.funcNum(v))
	case *ssa.Global:
		w.body.byte('$')
		w.body.num(w.globals[v])
	case *ssa.Parameter:
		w.body.byte('%')
		w.paramName(v)
	case *ssa.FreeVar:
		w.body.byte('%')
		w.freeName(v)
	default:
		if n, ok := w.sizes[v]; ok {
			w.body.num(int(n))
			return
		}
		w.body.byte('%')
		w.reg(v)
	}
}

// paramName writes the name of a parameter; those without a name of their own get their number.
func (w *funcWriter) paramName(p *ssa.Parameter) {
	i := slices.Index(w.fn.Params, p)
	if name := w.paramSlots[i].name; name != "" && name != "_" && name[0] != '#' {
		w.body.str(name)
		return
	}
	w.body.str("_.")
	w.body.num(i)
}

// freeName writes the name of a captured variable. Two of them may have one name.
func (w *funcWriter) freeName(v *ssa.FreeVar) {
	for i, u := range w.fn.FreeVars {
		if u == v {
			w.body.str(v.Name())
			w.body.str(".f")
			w.body.num(i)
		}
	}
}

// constant writes a constant.
func (w *funcWriter) constant(c *ssa.Const) {
	b := &w.body
	if c.Value == nil {
		if isNilable(c.Type()) {
			b.str("nil")
		} else {
			b.str("zero")
		}
		return
	}
	switch c.Value.Kind() {
	case constant.Bool:
		if constant.BoolVal(c.Value) {
			b.str("true")
		} else {
			b.str("false")
		}
	case constant.String:
		s := constant.StringVal(c.Value)
		if !w.query.values {
			s = cut(s)
		}
		*b = appendQuoted(*b, s)
	default:
		w.number(c)
	}
}

// number writes integers in decimal and all else as `num`, followed by the value where that is asked for.
func (w *funcWriter) number(c *ssa.Const) {
	t, ok := c.Type().Underlying().(*types.Basic)
	if ok && w.query.values && t.Info()&(types.IsFloat|types.IsComplex) != 0 {
		w.float(c, t.Info()&types.IsComplex != 0)
		return
	}
	isInteger := ok && (t.Info()&types.IsInteger != 0 || t.Kind() == types.UntypedRune)
	if !isInteger && !(w.query.values && c.Value.Kind() == constant.Int) { // unsafe.Pointer(uintptr(8)) is one of the latter
		w.body.str("num")
		return
	}
	v := constant.ToInt(c.Value)
	if i, exact := constant.Int64Val(v); exact {
		w.body.num(int(i))
		return
	}
	if v.Kind() != constant.Int {
		w.body.str("num")
		return
	}
	w.body.str(v.ExactString())
}

// float writes a number with its value, num:REAL or num:REAL:IMAG, in C's hexadecimal notation.
func (w *funcWriter) float(c *ssa.Const, isComplex bool) {
	part := func(v constant.Value) {
		f, _ := constant.Float64Val(constant.ToFloat(v))
		if t := c.Type().Underlying().(*types.Basic); t.Kind() == types.Float32 || t.Kind() == types.Complex64 {
			narrow, _ := constant.Float32Val(constant.ToFloat(v))
			f = float64(narrow)
		}
		w.body.byte(':')
		w.body = strconv.AppendFloat(w.body, f, 'x', -1, 64)
	}
	w.body.str("num")
	if !isComplex {
		part(c.Value)
		return
	}
	part(constant.Real(c.Value))
	part(constant.Imag(c.Value))
}

// isNilable tells whether the zero value of a type is nil.
func isNilable(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer || u.Kind() == types.UntypedNil
	}
	return false
}

// at writes the position of an instruction.
func (w *funcWriter) at(pos token.Pos) {
	if !pos.IsValid() {
		return
	}
	if p := w.places.at(pos); p.line > 0 {
		w.body.str(" @")
		w.shortPlace(p)
	}
}

// unOp writes loads, receives and arithmetic.
func (w *funcWriter) unOp(i *ssa.UnOp) {
	switch i.Op {
	case token.MUL:
		w.value(i, "load", i.X)
	case token.ARROW:
		w.def(i, "recv", i.Type())
		w.list(i.X)
		w.flag(i.CommaOk, " ok")
		w.at(i.Pos())
	default:
		w.def(i, "un", i.Type())
		w.body.byte(' ')
		w.body.str(i.Op.String())
		w.list(i.X)
		w.at(i.Pos())
	}
}

// binOp writes arithmetic, comparisons and concatenations.
func (w *funcWriter) binOp(i *ssa.BinOp) {
	w.def(i, "bin", i.Type())
	w.body.byte(' ')
	w.body.str(i.Op.String())
	w.list(i.X, i.Y)
	w.site(w.concatSite(i))
}

// next writes the step of an iteration. go/ssa gives its parts the types of the loop's variables, or none; here they
// are those of the map or string.
func (w *funcWriter) next(i *ssa.Next) {
	key, elem := iterated(i)
	field := func(t types.Type) *types.Var { return types.NewVar(0, nil, "", t) }
	w.def(i, "next", types.NewTuple(field(types.Typ[types.Bool]), field(key), field(elem)))
	w.list(i.Iter)
	w.flag(i.IsString, " string")
	w.at(i.Pos())
}

// iterated is the types of what an iteration yields.
func iterated(i *ssa.Next) (key, elem types.Type) {
	if m, ok := i.Iter.(*ssa.Range).X.Type().Underlying().(*types.Map); ok {
		return m.Key(), m.Elem()
	}
	return types.Typ[types.Int], types.Typ[types.Rune]
}

// extract writes a part of a tuple. That of an iteration is converted to the loop variable's type, which go/ssa leaves
// to the iteration itself.
func (w *funcWriter) extract(i *ssa.Extract) {
	if step, ok := i.Tuple.(*ssa.Next); ok && i.Index > 0 {
		part, elem := iterated(step)
		if i.Index == 2 {
			part = elem
		}
		if w.types.num(part) != w.types.num(i.Type()) {
			w.extractConverted(i, part)
			return
		}
	}
	w.def(i, "extract", i.Type())
	w.fieldOf(i.Tuple, i.Index)
}

// extractConverted writes a part of type t of an iteration's step and its conversion to the type of i.
func (w *funcWriter) extractConverted(i *ssa.Extract, t types.Type) {
	n := w.types.num(t)
	w.body.byte('%')
	w.reg(i)
	w.body.str(".part = extract")
	w.body.ref(n)
	w.fieldOf(i.Tuple, i.Index)
	w.body.str("\n  ")
	op := "chtype"
	switch {
	case types.IsInterface(t):
		op = "chiface"
	case types.IsInterface(i.Type()):
		op = "iface"
	}
	w.def(i, op, i.Type())
	w.body.str(" %")
	w.reg(i)
	w.body.str(".part")
	if op == "iface" {
		w.body.ref(n)
	}
}

func (w *funcWriter) selectOp(i *ssa.Select) {
	w.def(i, "select", i.Type())
	if i.Blocking {
		w.body.str(" block")
	} else {
		w.body.str(" try")
	}
	for _, s := range i.States {
		if s.Dir == types.SendOnly {
			w.body.str(" s")
			w.list(s.Chan, s.Send)
		} else {
			w.body.str(" r")
			w.list(s.Chan)
		}
	}
	w.at(i.Pos())
}

// phi writes the merge of values, in the order of the blocks that they come from. Naive form has it only for && and
// ||, and for the loop variables of Go 1.22 that are captured.
func (w *funcWriter) phi(i *ssa.Phi) {
	w.def(i, "phi", i.Type())
	preds := i.Block().Preds
	order := make([]int, len(preds))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return preds[a].Index - preds[b].Index })
	for _, k := range order {
		w.body.str(" b")
		w.body.num(preds[k].Index)
		w.list(i.Edges[k])
	}
}

// plainCall writes a call that is neither a go nor a defer statement.
func (w *funcWriter) plainCall(i *ssa.Call) {
	result := resultType(i)
	if result != nil {
		n := w.types.num(result)
		w.body.byte('%')
		w.reg(i)
		w.body.str(" = ")
		w.call(&i.Call, func() { w.body.ref(n) })
	} else {
		w.call(&i.Call, nil)
	}
	if b, ok := i.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
		w.site(site{category: "append", pos: i.Pos(), text: "append"})
		return
	}
	w.at(i.Pos())
}

// resultType is the type of a call's value, nil if it has none.
func resultType(i *ssa.Call) types.Type {
	if t, ok := i.Type().(*types.Tuple); ok && t.Len() == 0 {
		return nil
	}
	return i.Type()
}

// call writes `call`, `invoke` or `builtin` with operands; result writes the type in between.
func (w *funcWriter) call(c *ssa.CallCommon, result func()) {
	op, name := "call", ""
	b, isBuiltin := c.Value.(*ssa.Builtin)
	switch {
	case c.IsInvoke():
		op = "invoke"
	case isBuiltin:
		op, name = "builtin", b.Name()
	}
	w.body.str(op)
	if result != nil {
		result()
	}
	if isBuiltin {
		w.body.byte(' ')
		w.body.str(name)
	} else {
		w.flag(w.index.isDictionaryCall(c), " dict")
		w.list(c.Value)
	}
	if c.IsInvoke() {
		w.body.quoted(methodName(c.Method))
	}
	w.list(c.Args...)
}

// deferOp writes a defer statement; the stack is named where it belongs to an enclosing function.
func (w *funcWriter) deferOp(i *ssa.Defer) {
	w.body.str("defer")
	if load, ok := i.DeferStack.(*ssa.UnOp); ok && !w.dead[load] {
		w.list(load)
	} else {
		w.body.str(" _")
	}
	w.body.byte(' ')
	w.spawn(i, &i.Call)
	w.at(i.Pos())
}

// spawn writes the call of a go or defer statement, or that of its wrapper.
func (w *funcWriter) spawn(i ssa.Instruction, call *ssa.CallCommon) {
	if x := w.wraps[i]; x != nil {
		w.wrapperCall(x)
		return
	}
	w.call(call, nil)
}

// ret writes a return; result variables that were dropped are replaced by the values stored into them.
func (w *funcWriter) ret(i *ssa.Return) {
	w.body.str("ret")
	for _, v := range i.Results {
		if value, ok := w.forward[v]; ok {
			v = value
		}
		w.list(v)
	}
	w.at(i.Pos())
}
