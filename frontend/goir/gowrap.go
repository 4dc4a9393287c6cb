package main

import (
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// gc calls the function of a go or defer statement from a wrapper, and evaluates new(T) and the literals of arrays, slices
// and structs among the arguments there, not where the statement stands (cmd/compile/internal/typecheck, normalizeGoDefer).
// What they allocate lies in the wrapper's frame: that of the new goroutine, or of the deferred call. Nobody can tell the
// difference otherwise, since nothing else refers to those objects. A wrapper is written as a function of its own, F.gowrap1
// and so on, which gets the other operands as parameters.
type wrapped struct {
	moved    []ssa.Instruction // in the order of the block
	operands []ssa.Value       // what the moved instructions and the call use of the rest
	num      int               // of the wrapper
}

// findWrapped looks for the statements whose arguments are evaluated in a wrapper.
func (w *funcWriter) findWrapped() {
	for _, b := range w.fn.Blocks {
		for _, i := range b.Instrs {
			call := w.spawned(i)
			if call == nil || w.dead[i] {
				continue
			}
			m := mover{block: b, at: i, moved: map[ssa.Instruction]bool{}}
			for _, arg := range call.Args {
				m.value(arg, i)
			}
			if len(m.moved) > 0 {
				w.wrap(i, call, m.moved)
			}
		}
	}
}

// spawned is the call of a go statement, or of a defer statement of the function's own frame, to a function by name.
func (w *funcWriter) spawned(i ssa.Instruction) *ssa.CallCommon {
	var call *ssa.CallCommon
	switch i := i.(type) {
	case *ssa.Go:
		call = &i.Call
	case *ssa.Defer:
		if load, ok := i.DeferStack.(*ssa.UnOp); ok && !w.dead[load] {
			return nil
		}
		call = &i.Call
	default:
		return nil
	}
	if _, ok := call.Value.(*ssa.Function); !ok {
		return nil
	}
	return call
}

// wrap notes a wrapper for a statement and takes the moved instructions out of the function.
func (w *funcWriter) wrap(at ssa.Instruction, call *ssa.CallCommon, moved map[ssa.Instruction]bool) {
	x := &wrapped{num: w.numFuncs}
	w.numFuncs++
	use := func(v ssa.Value) {
		if i, ok := v.(ssa.Instruction); ok && moved[i] {
			return
		}
		switch v.(type) {
		case nil, *ssa.Const, *ssa.Function, *ssa.Global:
			return
		}
		if !slices.Contains(x.operands, v) {
			x.operands = append(x.operands, v)
		}
	}
	for _, i := range at.Block().Instrs {
		if !moved[i] {
			continue
		}
		x.moved = append(x.moved, i)
		w.dead[i] = true
		for _, v := range i.Operands(nil) {
			use(*v)
		}
	}
	for _, arg := range call.Args {
		use(arg)
	}
	w.wraps[at] = x
	w.wrapOrder = append(w.wrapOrder, at)
}

// mover collects the instructions that evaluate an argument and serve nothing else.
type mover struct {
	block *ssa.BasicBlock
	at    ssa.Instruction
	moved map[ssa.Instruction]bool
}

// value moves what makes v, if it is new(T) or a literal of which user is the only use.
func (m *mover) value(v ssa.Value, user ssa.Instruction) {
	switch v := v.(type) {
	case *ssa.Alloc:
		if v.Comment == "new" && m.only(v, user) {
			m.moved[v] = true
		}
	case *ssa.Slice:
		a, ok := v.X.(*ssa.Alloc)
		if ok && v.Low == nil && v.High == nil && v.Max == nil && (a.Comment == "slicelit" || a.Comment == "varargs") && m.only(v, user) {
			m.literal(a, v)
		}
	case *ssa.UnOp:
		a, ok := v.X.(*ssa.Alloc)
		if ok && v.Op == token.MUL && a.Comment == "complit" && m.only(v, user) {
			m.literal(a, v)
		}
	}
}

// only tells whether v is made in the block, and used by user alone.
func (m *mover) only(v ssa.Value, user ssa.Instruction) bool {
	i, ok := v.(ssa.Instruction)
	refs := v.Referrers()
	return ok && i.Block() == m.block && refs != nil && len(*refs) == 1 && (*refs)[0] == user
}

// literal moves a literal that whole takes over, with what initialises it.
func (m *mover) literal(a *ssa.Alloc, whole ssa.Instruction) {
	parts := []ssa.Instruction{a, whole}
	var stores []*ssa.Store
	if a.Block() != m.block || !m.parts(a, whole, &parts, &stores) {
		return
	}
	for _, i := range parts {
		m.moved[i] = true
	}
	for _, s := range stores {
		m.value(s.Val, s)
	}
}

// parts collects the addresses within a literal and the stores there; false if anything else uses one.
func (m *mover) parts(address ssa.Value, whole ssa.Instruction, parts *[]ssa.Instruction, stores *[]*ssa.Store) bool {
	for _, r := range *address.Referrers() {
		if r == whole {
			continue
		}
		if r.Block() != m.block {
			return false
		}
		switch r := r.(type) {
		case *ssa.Store:
			if r.Addr != address || r.Val == address {
				return false
			}
			*stores = append(*stores, r)
		case *ssa.FieldAddr:
			if !m.parts(r, nil, parts, stores) {
				return false
			}
		case *ssa.IndexAddr:
			if _, ok := r.Index.(*ssa.Const); !ok || !m.parts(r, nil, parts, stores) {
				return false
			}
		default:
			return false
		}
		*parts = append(*parts, r)
	}
	return true
}

// wrapParam writes the name of a wrapper's parameter.
func (w *funcWriter) wrapParam(k int) {
	w.body.str("_.")
	w.body.num(k)
}

// wrapOperand is the number of the wrapper's parameter that stands for a value, -1 for the wrapper's own.
func (w *funcWriter) wrapOperand(v ssa.Value) int {
	if w.wrapper == nil {
		return -1
	}
	return slices.Index(w.wrapper.operands, v)
}

// wrapperCall writes what the statement calls instead: the wrapper.
func (w *funcWriter) wrapperCall(x *wrapped) {
	w.body.str("call @")
	w.body.num(x.num)
	w.list(x.operands...)
}

// wrappers writes the records of the function's wrappers.
func (w *funcWriter) wrappers() {
	for k, at := range w.wrapOrder {
		x := w.wraps[at]
		w.wrapper = x
		w.wrapperRecord(x, at, "gowrap"+strconv.Itoa(k+1))
		w.wrapper = nil
	}
}

func (w *funcWriter) wrapperRecord(x *wrapped, at ssa.Instruction, suffix string) {
	b := &w.body
	params := make([]*types.Var, len(x.operands))
	for k, v := range x.operands {
		params[k] = types.NewParam(token.NoPos, nil, "", v.Type())
	}
	typ := w.types.num(types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), nil, false))
	b.str("func @")
	b.num(x.num)
	b.quoted(w.names.unique(w.funcName(w.fn) + "." + suffix))
	b.byte(' ')
	b.num(w.packageNum(w.fn))
	b.ref(typ)
	b.byte(' ')
	w.place(w.places.at(at.Pos()))
	b.str(" src")
	b.line()
	for k, v := range x.operands {
		b.str("param %")
		w.wrapParam(k)
		b.ref(w.types.num(v.Type()))
		b.str(" -")
		b.line()
	}
	b.str("block b0")
	b.line()
	for _, i := range x.moved {
		w.instr(i)
	}
	w.wrappedCall(at)
	b.str("  ret")
	b.line()
	b.str("end\n")
}

// wrappedCall writes the call that the statement asks for.
func (w *funcWriter) wrappedCall(at ssa.Instruction) {
	call := w.spawned(at)
	w.body.str("  ")
	if results := call.Signature().Results(); results.Len() > 0 {
		var t types.Type = results
		if results.Len() == 1 {
			t = results.At(0).Type()
		}
		n := w.types.num(t)
		w.body.byte('%')
		w.body.num(len(w.regs))
		w.body.str(" = ")
		w.call(call, func() { w.body.ref(n) })
	} else {
		w.call(call, nil)
	}
	w.at(at.Pos())
	w.body.line()
}
