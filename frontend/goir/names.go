package main

import (
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// namer gives functions, globals and types their names. A name starts with the package's path, or with its ID where
// a path is taken twice (tests recompile packages), and no two functions have the same one.
type namer struct {
	prefix map[*types.Package]string
	taken  map[string]int
	types  *typeTable
}

func newNamer(pkgs []*packages.Package) *namer {
	n := &namer{prefix: map[*types.Package]string{}, taken: map[string]int{}}
	paths := map[string]int{}
	for _, pkg := range pkgs {
		paths[pkg.PkgPath]++
	}
	for _, pkg := range pkgs {
		n.prefix[pkg.Types] = pkg.PkgPath
		if paths[pkg.PkgPath] > 1 {
			n.prefix[pkg.Types] = pkg.ID
		}
	}
	return n
}

// object is the name of something declared in a package.
func (n *namer) object(pkg *types.Package, name string) string {
	if pkg == nil {
		return name
	}
	return n.prefix[pkg] + "." + name
}

// unique is the name of a function; a clash gets a number.
func (n *namer) unique(name string) string {
	n.taken[name]++
	if k := n.taken[name]; k > 1 {
		return n.unique(name + "~" + strconv.Itoa(k))
	}
	return name
}

// function is the name of a function as the linker would spell it: path.F, path.T.M, path.(*T).M, with $1, $2... for
// the functions inside.
func (n *namer) function(fn *ssa.Function) string {
	if origin := fn.Origin(); origin != nil && origin != fn && fn.Parent() == nil {
		return n.instance(fn, origin)
	}
	return n.qualified(fn, fn.Name())
}

// qualified puts package or receiver in front of a name.
func (n *namer) qualified(fn *ssa.Function, name string) string {
	if recv := receiver(fn); recv != nil {
		return n.method(recv, name)
	}
	return n.object(declaringPackage(fn), name)
}

// instance names a generic function with its type arguments; those of a method's receiver are part of its type.
func (n *namer) instance(fn, origin *ssa.Function) string {
	if receiver(fn) != nil {
		return n.qualified(fn, origin.Name())
	}
	args := make([]string, len(fn.TypeArgs()))
	for i, t := range fn.TypeArgs() {
		args[i] = n.types.text(t)
	}
	return n.qualified(fn, origin.Name()+"["+strings.Join(args, ",")+"]")
}

// method is a method's name with its receiver's type.
func (n *namer) method(recv types.Type, name string) string {
	recv = types.Unalias(recv)
	if ptr, ok := recv.(*types.Pointer); ok {
		if named, ok := types.Unalias(ptr.Elem()).(*types.Named); ok {
			pkg, rest := n.split(named)
			return pkg + "(*" + rest + ")." + name
		}
		return "(*" + n.types.text(ptr.Elem()) + ")." + name
	}
	if named, ok := recv.(*types.Named); ok {
		pkg, rest := n.split(named)
		return pkg + rest + "." + name
	}
	return "(" + n.types.text(recv) + ")." + name
}

// split cuts a named type's name after the package.
func (n *namer) split(t *types.Named) (pkg, rest string) {
	full := n.types.text(t)
	if t.Obj().Pkg() == nil {
		return "", full
	}
	prefix := n.prefix[t.Obj().Pkg()] + "."
	return prefix, strings.TrimPrefix(full, prefix)
}

// receiver is the type that a function's name mentions: that of a method or wrapper, of a thunk's first parameter or
// of a bound method's captured receiver.
func receiver(fn *ssa.Function) types.Type {
	switch {
	case fn.Parent() != nil:
		return nil
	case fn.Signature.Recv() != nil:
		return fn.Signature.Recv().Type()
	case strings.HasPrefix(fn.Synthetic, "thunk for"):
		return fn.Signature.Params().At(0).Type()
	case strings.HasPrefix(fn.Synthetic, "bound method wrapper"):
		return fn.FreeVars[0].Type()
	}
	return nil
}

// declaringPackage is the package that a function belongs to; nil for the methods of universal types.
func declaringPackage(fn *ssa.Function) *types.Package {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if origin := fn.Origin(); origin != nil {
		fn = origin
	}
	if fn.Pkg != nil {
		return fn.Pkg.Pkg
	}
	if obj := fn.Object(); obj != nil {
		return obj.Pkg()
	}
	return nil
}
