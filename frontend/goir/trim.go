package main

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

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

// dropUnused drops runs of deferred calls where there are none, leftovers of go/ssa's loop variables, and the scalars
// in tables of constants.
func (w *funcWriter) dropUnused() {
	isInit := kindOf(w.fn) == "init"
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
				if isInit && !w.query.values {
					w.dropConstantStore(i)
				}
			case *ssa.Call:
				w.dropSize(i)
			}
		}
	}
}

// dropConstantStore drops a constant scalar stored into a part of memory that cannot be nil, and the computation of
// the part's address if it has no other use. That is done in the initialisation of packages only: the tables of
// constants there are a third of all instructions of a large program; elsewhere it would save one in a hundred, and
// conditions on such scalars could no longer be followed.
func (w *funcWriter) dropConstantStore(s *ssa.Store) {
	c, ok := s.Val.(*ssa.Const)
	if !ok || !isScalar(c.Type()) {
		return
	}
	part, ok := s.Addr.(ssa.Instruction)
	if !ok || partOf(s.Addr) == nil || len(*s.Addr.Referrers()) != 1 || !isFresh(s.Addr) {
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
func isFresh(v ssa.Value) bool {
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
		if w.query.values && isNested(arg) {
			return // whether the struct around it counts, only the syntax tells
		}
		w.sizes[i] = w.offset(arg)
	default:
		return
	}
	w.dead[i] = true
}

// isNested tells whether a selected field belongs to a struct that is a field itself.
func isNested(v ssa.Value) bool {
	if load, ok := v.(*ssa.UnOp); ok {
		v = load.X
	}
	switch v := v.(type) {
	case *ssa.FieldAddr:
		_, nested := v.X.(*ssa.FieldAddr)
		return nested
	case *ssa.Field:
		_, nested := v.X.(*ssa.Field)
		return nested
	}
	return false
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
