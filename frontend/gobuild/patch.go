package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
)

// hookSource is what is added to the compiler's package escape.
//
//go:embed hook/hook.go
var hookSource []byte

// hookConstraint keeps hook.go out of this module's own builds.
const hookConstraint = "//go:build stackproof_hook\n"

// hookName is hook.go's name in the compiler's package; no file of Go's has it.
const hookName = "zz_stackproof.go"

// patchEscape returns the text of the compiler's escape.go with one condition changed: where (*batch).finish goes through all locations
// and asks
//
//	if loc.hasAttr(attrEscapes) {
//
// it asks
//
//	if stackproofEscapes(loc, loc.hasAttr(attrEscapes)) {
//
// It is an error if there is not exactly one such place.
func patchEscape(name string, src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	finish := findFinish(file)
	if finish == nil {
		return nil, fmt.Errorf("%s: there is no method finish of batch: this Go's escape analysis is not known", name)
	}
	var found []ast.Expr
	variable := ""
	ast.Inspect(finish.Body, func(n ast.Node) bool {
		if loop, ok := n.(*ast.RangeStmt); ok && isSelector(loop.X, receiver(finish), "allLocs") {
			if id, ok := loop.Value.(*ast.Ident); ok {
				for _, s := range loop.Body.List {
					if branch, ok := s.(*ast.IfStmt); ok && isEscapesTest(branch.Cond, id.Name) {
						found, variable = append(found, branch.Cond), id.Name
					}
				}
			}
		}
		return true
	})
	if len(found) != 1 {
		return nil, fmt.Errorf("%s: (*batch).finish tests hasAttr(attrEscapes) of its locations in %d places, not in one: this Go's escape analysis is not known", name, len(found))
	}
	from, to := fset.Position(found[0].Pos()).Offset, fset.Position(found[0].End()).Offset
	return bytes.Join([][]byte{src[:from], []byte("stackproofEscapes(" + variable + ", "), src[from:to], []byte(")"), src[to:]}, nil), nil
}

func findFinish(file *ast.File) *ast.FuncDecl {
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Name.Name != "finish" || f.Recv == nil || receiver(f) == "" || f.Body == nil {
			continue
		}
		if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok && isIdent(star.X, "batch") {
			return f
		}
	}
	return nil
}

func receiver(f *ast.FuncDecl) string {
	if names := f.Recv.List[0].Names; len(names) == 1 {
		return names[0].Name
	}
	return ""
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func isSelector(e ast.Expr, x, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	return ok && isIdent(s.X, x) && s.Sel.Name == name
}

func isEscapesTest(e ast.Expr, loc string) bool {
	call, ok := e.(*ast.CallExpr)
	return ok && isSelector(call.Fun, loc, "hasAttr") && len(call.Args) == 1 && isIdent(call.Args[0], "attrEscapes")
}

// compiler is a patched compiler in the cache.
type compiler struct {
	path string
	id   string // differs between compilers that may compile differently
}

// buildCompiler builds the patched compiler of the Go that is on PATH, or finds it in the cache folder.
func buildCompiler(g goEnv, cache string) (compiler, error) {
	escape := filepath.Join(g.GOROOT, "src", "cmd", "compile", "internal", "escape")
	name := filepath.Join(escape, "escape.go")
	src, err := os.ReadFile(name)
	if err != nil {
		return compiler{}, fmt.Errorf("this Go has no source of its compiler: %w", err)
	}
	patched, err := patchEscape(name, src)
	if err != nil {
		return compiler{}, err
	}
	hook, ok := bytes.CutPrefix(hookSource, []byte(hookConstraint))
	if !ok {
		return compiler{}, errors.New("hook.go does not begin with its build constraint")
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s %s %s\n", g.GOVERSION, g.GOROOT, g.GOHOSTOS, g.GOHOSTARCH)
	sum.Write(patched)
	sum.Write(hook)
	c := compiler{id: fmt.Sprintf("%x", sum.Sum(nil)[:12])}
	// A tool is known by its name.
	c.path = filepath.Join(cache, "compiler-"+c.id, "compile")
	if _, err := os.Stat(c.path); err == nil {
		return c, nil
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o755); err != nil {
		return c, err
	}
	return c, compileOverlay(g, c.path, map[string][]byte{name: patched, filepath.Join(escape, hookName): hook})
}

// compileOverlay builds cmd/compile with some of its files replaced. The result is moved into place whole.
func compileOverlay(g goEnv, path string, files map[string][]byte) error {
	work, err := os.MkdirTemp(filepath.Dir(path), "work-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for name, text := range files {
		copied := filepath.Join(work, filepath.Base(name))
		if err := os.WriteFile(copied, text, 0o644); err != nil {
			return err
		}
		overlay.Replace[name] = copied
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		return err
	}
	list := filepath.Join(work, "overlay.json")
	if err := os.WriteFile(list, text, 0o644); err != nil {
		return err
	}
	made := filepath.Join(work, "compile")
	cmd := exec.Command("go", "build", "-overlay="+list, "-o", made, "cmd/compile")
	// For this machine, whatever is to be built with it, and as Go's own tools are built.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+g.GOHOSTOS, "GOARCH="+g.GOHOSTARCH, "GOFLAGS=", "GOWORK=off")
	cmd.Dir = filepath.Join(g.GOROOT, "src", "cmd")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the changed compiler: %w\n%s", err, out)
	}
	return os.Rename(made, path)
}
