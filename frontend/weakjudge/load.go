package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is what is to be rewritten.
type program struct {
	fset     *token.FileSet
	goroot   string
	sizes    types.Sizes
	packages []*checked
}

// checked is a package with its types.
type checked struct {
	files []*ast.File
	types *types.Package
	info  *types.Info
}

// listed is a package as `go list` prints it.
type listed struct {
	ImportPath, Dir, Export, ForTest, Name string
	GoFiles                                []string
	ImportMap                              map[string]string
	DepOnly, Standard                      bool
	Module                                 *struct{ GoVersion string }
	Error                                  *struct{ Err string }
}

// load lists the packages, and type-checks those that are named; what they import comes from export data.
func load(patterns []string, tests bool) (*program, error) {
	env, err := output(exec.Command("go", "env", "GOROOT", "GOARCH"))
	if err != nil {
		return nil, err
	}
	words := strings.Fields(string(env))
	p := &program{fset: token.NewFileSet(), goroot: words[0], sizes: types.SizesFor("gc", words[1])}
	list, err := listPackages(patterns, tests)
	if err != nil {
		return nil, err
	}
	exports, tested := map[string]string{}, map[string]bool{}
	for _, pkg := range list {
		exports[pkg.ImportPath] = pkg.Export
		if path, variant, ok := strings.Cut(pkg.ImportPath, " ["); ok && variant == pkg.ForTest+".test]" && path == pkg.ForTest {
			tested[path] = true
		}
	}
	judge, err := judgeImports(p.goroot)
	if err != nil {
		return nil, err
	}
	for _, pkg := range list {
		path, _, variant := strings.Cut(pkg.ImportPath, " [")
		switch {
		case pkg.DepOnly && (!variant || pkg.ForTest != strings.TrimSuffix(path, "_test")), strings.HasSuffix(path, ".test"), tested[pkg.ImportPath]:
			continue
		case judge[path]:
			return nil, fmt.Errorf("%s: the judge itself needs it", path)
		case pkg.Error != nil:
			return nil, fmt.Errorf("%s: %s", path, pkg.Error.Err)
		}
		c, err := p.check(pkg, exports)
		if err != nil {
			return nil, err
		}
		p.packages = append(p.packages, c)
	}
	if len(p.packages) == 0 {
		return nil, fmt.Errorf("%s: no packages", strings.Join(patterns, " "))
	}
	return p, nil
}

func listPackages(patterns []string, tests bool) ([]listed, error) {
	args := []string{"list", "-export", "-deps", "-json=ImportPath,Dir,Export,ForTest,Name,GoFiles,ImportMap,DepOnly,Standard,Module,Error"}
	if tests {
		args = append(args, "-test")
	}
	out, err := output(exec.Command("go", append(append(args, "--"), patterns...)...))
	if err != nil {
		return nil, err
	}
	var list []listed
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var pkg listed
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, pkg)
	}
}

// judgeImports are the packages that the judge's own package needs, which cannot import it.
func judgeImports(goroot string) (map[string]bool, error) {
	cmd := exec.Command("go", "list", "-deps", "runtime", "sync", "weak")
	cmd.Dir = filepath.Join(goroot, "src")
	out, err := output(cmd)
	if err != nil {
		return nil, err
	}
	needed := map[string]bool{}
	for _, path := range strings.Fields(string(out)) {
		needed[path] = true
	}
	return needed, nil
}

// check parses a package and type-checks it.
func (p *program) check(pkg listed, exports map[string]string) (*checked, error) {
	c := &checked{info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{}, Implicits: map[ast.Node]types.Object{}}}
	for _, name := range pkg.GoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(pkg.Dir, name)
		}
		file, err := parser.ParseFile(p.fset, name, nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return nil, err
		}
		c.files = append(c.files, file)
	}
	lookup := func(path string) (io.ReadCloser, error) {
		if mapped, ok := pkg.ImportMap[path]; ok {
			path = mapped
		}
		if exports[path] == "" {
			return nil, fmt.Errorf("%s is not compiled", path)
		}
		return os.Open(exports[path])
	}
	config := types.Config{Importer: importer.ForCompiler(p.fset, "gc", lookup), Sizes: p.sizes}
	if pkg.Module != nil && pkg.Module.GoVersion != "" {
		config.GoVersion = "go" + pkg.Module.GoVersion
	}
	var err error
	path, _, _ := strings.Cut(pkg.ImportPath, " [")
	c.types, err = config.Check(path, p.fset, c.files, c.info)
	return c, err
}

// output runs a command and returns what it prints; its complaints are in the error.
func output(cmd *exec.Cmd) ([]byte, error) {
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("%s %s: %s", filepath.Base(cmd.Path), cmd.Args[1], exit.Stderr)
	}
	return out, err
}
