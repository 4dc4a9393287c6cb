//go:build ignore

// Callall writes a main program that calls every exported function and method of a package several times, each time with other
// arguments, in a goroutine of its own that recovers:
//
//	go run callall.go FOLDER IMPORTPATH [show] >main.go
//
// With `show`, results are given to a function show(...any), which the caller adds.
//
// The programs are for stackproof-run: a call that blocks for ever is left behind after a second of its virtual time.
package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// rounds is how often each function is called.
const rounds = 5

func main() {
	if len(os.Args) != 3 && (len(os.Args) != 4 || os.Args[3] != "show") {
		fmt.Fprintln(os.Stderr, "usage: callall FOLDER IMPORTPATH [show]")
		os.Exit(2)
	}
	pkg, err := check(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	w := writer{pkg: pkg, show: len(os.Args) == 4}
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.Func:
			w.function("p."+name, obj)
		case *types.TypeName:
			w.methods(obj)
		}
	}
	fmt.Printf("package main\n\nimport (\n\t\"time\"\n\n\tp %q\n)\n\n", os.Args[2])
	if w.body.Len() == 0 {
		fmt.Fprintln(os.Stderr, "nothing to call")
		os.Exit(1)
	}
	fmt.Print("func guard(f func()) {\n\tgo func() {\n\t\tdefer func() { recover() }()\n\t\tf()\n\t}()\n\ttime.Sleep(time.Second)\n}\n\n")
	fmt.Print("var _ = guard\n\nfunc main() {\n", w.body.String(), "}\n")
}

// check parses and type-checks the package in a folder.
func check(folder, path string) (*types.Package, error) {
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	return config.Check(path, fset, files, nil)
}

type writer struct {
	pkg  *types.Package
	body strings.Builder
	show bool
}

// function writes the calls of a function or method.
func (w *writer) function(callee string, fn *types.Func) {
	sig := fn.Type().(*types.Signature)
	if !fn.Exported() || sig.TypeParams().Len() > 0 {
		return
	}
	for round := range rounds {
		var args []string
		for i := range sig.Params().Len() {
			t := sig.Params().At(i).Type()
			if sig.Variadic() && i == sig.Params().Len()-1 {
				t = t.(*types.Slice).Elem()
			}
			arg, ok := w.value(t, round+i, 3)
			if !ok {
				return
			}
			args = append(args, arg)
		}
		call := fmt.Sprintf("%s(%s)", callee, strings.Join(args, ", "))
		if w.show && sig.Results().Len() > 0 {
			call = "show(" + call + ")"
		}
		fmt.Fprintf(&w.body, "\tguard(func() { %s })\n", call)
	}
}

// methods writes the calls of the methods of an exported type.
func (w *writer) methods(name *types.TypeName) {
	named, ok := name.Type().(*types.Named)
	if !ok || !name.Exported() || named.TypeParams().Len() > 0 || types.IsInterface(named) {
		return
	}
	for i := range named.NumMethods() {
		w.function("new(p."+name.Name()+")."+named.Method(i).Name(), named.Method(i))
	}
}

// text is a type as the main program writes it; false if it cannot.
func (w *writer) text(t types.Type) (string, bool) {
	ok := true
	s := types.TypeString(t, func(p *types.Package) string {
		if p != w.pkg {
			ok = false
		}
		return "p"
	})
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("[](){}*, ;", r) }) {
		if name, found := strings.CutPrefix(part, "p."); found && !token.IsExported(name) {
			ok = false
		}
	}
	return s, ok
}

// value is an expression of type t, another one each round; false if there is none.
func (w *writer) value(t types.Type, round, depth int) (string, bool) {
	s, ok := w.text(t)
	if !ok {
		return "", false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return basic(s, u, round)
	case *types.Pointer:
		if round%4 == 3 || depth <= 0 {
			return "(" + s + ")(nil)", true
		}
		elem, ok := w.value(u.Elem(), round, depth-1)
		of, _ := w.text(u.Elem())
		return fmt.Sprintf("func() %s { v := %s; var x %s = v; return &x }()", s, elem, of), ok
	case *types.Slice:
		if round%4 == 3 || depth <= 0 {
			return s + "(nil)", true
		}
		a, ok := w.value(u.Elem(), round, depth-1)
		b, _ := w.value(u.Elem(), round+1, depth-1)
		return fmt.Sprintf("%s{%s, %s, %s}", s, a, b, a), ok
	case *types.Map:
		if depth <= 0 {
			return "", false
		}
		key, ok := w.value(u.Key(), round, depth-1)
		elem, also := w.value(u.Elem(), round, depth-1)
		return fmt.Sprintf("%s{%s: %s}", s, key, elem), ok && also
	case *types.Chan:
		return fmt.Sprintf("make(%s, %d)", s, round%3), true
	case *types.Signature:
		return w.literal(s, u, round, depth)
	case *types.Struct:
		return w.structValue(s, u, round, depth)
	case *types.Interface:
		if u.NumMethods() == 0 {
			return []string{"any(7)", "any(\"s\")", "any(new(int))", "any(nil)"}[round%4], true
		}
		return w.implementation(s, u, round)
	}
	return "*new(" + s + ")", true
}

func basic(s string, u *types.Basic, round int) (string, bool) {
	switch {
	case u.Info()&types.IsBoolean != 0:
		return fmt.Sprintf("%s(%t)", s, round%2 == 0), true
	case u.Info()&types.IsString != 0:
		return fmt.Sprintf("%s(%q)", s, []string{"abc", "", "longer than that"}[round%3]), true
	case u.Info()&types.IsNumeric != 0:
		return fmt.Sprintf("%s(%d)", s, []int{3, 0, 1, 2, 40}[round%5]), true
	}
	return "*new(" + s + ")", true
}

// structValue fills the exported fields.
func (w *writer) structValue(s string, u *types.Struct, round, depth int) (string, bool) {
	var fields []string
	for f := range u.Fields() {
		if depth <= 0 || !f.Exported() {
			continue
		}
		if v, ok := w.value(f.Type(), round, depth-1); ok {
			fields = append(fields, f.Name()+": "+v)
		}
	}
	return s + "{" + strings.Join(fields, ", ") + "}", true
}

// literal is a function that calls the functions it gets and returns values.
func (w *writer) literal(s string, u *types.Signature, round, depth int) (string, bool) {
	var params, results, values []string
	for v := range u.Params().Variables() {
		t, _ := w.text(v.Type())
		params = append(params, "_ "+t)
	}
	if u.Variadic() {
		return s + "(nil)", true
	}
	if depth <= 0 && u.Results().Len() > 0 {
		return "", false
	}
	for v := range u.Results().Variables() {
		t, _ := w.text(v.Type())
		value, ok := w.value(v.Type(), round, depth-1)
		if !ok {
			return "", false
		}
		results, values = append(results, t), append(values, value)
	}
	body := ""
	if len(values) > 0 {
		body = "return " + strings.Join(values, ", ")
	}
	return fmt.Sprintf("func(%s) (%s) { %s }", strings.Join(params, ", "), strings.Join(results, ", "), body), true
}

// implementation is a value of one of the package's types that implement an interface.
func (w *writer) implementation(s string, u *types.Interface, round int) (string, bool) {
	var found []string
	for _, name := range w.pkg.Scope().Names() {
		obj, ok := w.pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !obj.Exported() || types.IsInterface(obj.Type()) {
			continue
		}
		if named, ok := obj.Type().(*types.Named); ok && named.TypeParams().Len() > 0 {
			continue
		}
		if types.Implements(types.NewPointer(obj.Type()), u) {
			found = append(found, s+"(new(p."+name+"))")
		}
	}
	if len(found) == 0 {
		return s + "(nil)", true
	}
	return found[round%len(found)], true
}
