package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// query is what the command line asks for.
type query struct {
	tests    bool
	tags     string
	dir      string
	values   bool // whole constants, for programs that are to be executed
	patterns []string
}

// loaded is a type-checked program in SSA form with what its syntax trees do not tell.
type loaded struct {
	prog  *ssa.Program
	fset  *token.FileSet
	pkgs  []*packages.Package // dependencies first
	roots map[*packages.Package]bool
	notes map[string]*fileNotes // by file name as parsed
	env   goEnv
	query query
}

// goEnv is what `go env` says about the target.
type goEnv struct{ GOVERSION, GOOS, GOARCH, GOROOT string }

const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
	packages.NeedDeps | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo |
	packages.NeedTypesSizes | packages.NeedModule | packages.NeedForTest

// load finds, parses, checks and builds the packages of a query. It returns messages, one a line, if it cannot.
func load(q query) (*loaded, []string) {
	p := &loaded{fset: token.NewFileSet(), notes: map[string]*fileNotes{}, query: q}
	envc := make(chan error, 1)
	go func() { envc <- p.readEnv() }()
	pkgs, err := packages.Load(p.config(), q.patterns...)
	if err == nil {
		err = <-envc
	}
	if err != nil {
		return nil, []string{oneLine("goir: " + err.Error())}
	}
	if len(pkgs) == 0 {
		return nil, []string{strings.Join(q.patterns, " ") + ": no Go packages"}
	}
	if problems := loadProblems(pkgs); len(problems) > 0 {
		return nil, problems
	}
	p.order(pkgs)
	p.build()
	return p, nil
}

// config is the go/packages configuration of a query; files leave their pragmas in p.notes as they are parsed.
func (p *loaded) config() *packages.Config {
	cfg := &packages.Config{Mode: loadMode, Dir: p.query.dir, Env: environment(), Fset: p.fset, Tests: p.query.tests}
	if p.query.tags != "" {
		cfg.BuildFlags = []string{"-tags=" + p.query.tags}
	}
	var mu sync.Mutex
	cfg.ParseFile = func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
		const mode = parser.AllErrors | parser.ParseComments | parser.SkipObjectResolution
		file, err := parser.ParseFile(fset, name, src, mode)
		if file != nil {
			notes := readNotes(file)
			mu.Lock()
			p.notes[name] = notes
			mu.Unlock()
		}
		return file, err
	}
	return cfg
}

// environment is the process's own with cgo off unless it says otherwise: positions in cgo's output mean nothing.
func environment() []string {
	env := os.Environ()
	if os.Getenv("CGO_ENABLED") == "" {
		env = append(env, "CGO_ENABLED=0")
	}
	return env
}

// readEnv fills in p.env.
func (p *loaded) readEnv() error {
	cmd := exec.Command("go", "env", "-json", "GOVERSION", "GOOS", "GOARCH", "GOROOT")
	cmd.Dir = p.query.dir
	cmd.Env = environment()
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	return json.Unmarshal(out, &p.env)
}

// loadProblems lists what is wrong with the packages and their imports, each message once.
func loadProblems(pkgs []*packages.Package) []string {
	var problems []string
	seen := map[string]bool{}
	packages.Visit(pkgs, nil, func(pkg *packages.Package) {
		for _, e := range pkg.Errors {
			where := e.Pos
			if where == "" || where == "-" {
				where = pkg.PkgPath
			}
			text := oneLine(where + ": " + e.Msg)
			if !seen[text] {
				seen[text] = true
				problems = append(problems, text)
			}
		}
	})
	return problems
}

// oneLine joins the lines of a message.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' }), " ")
}

// order lists the packages with dependencies first. Visit sorts imports, which makes the order stable.
func (p *loaded) order(pkgs []*packages.Package) {
	pkgs = withoutTested(pkgs)
	p.roots = map[*packages.Package]bool{}
	for _, pkg := range pkgs {
		p.roots[pkg] = true
	}
	slices.SortFunc(pkgs, func(a, b *packages.Package) int { return strings.Compare(a.ID, b.ID) })
	packages.Visit(pkgs, nil, func(pkg *packages.Package) { p.pkgs = append(p.pkgs, pkg) })
}

// withoutTested drops the packages that are there with their tests, too.
func withoutTested(pkgs []*packages.Package) []*packages.Package {
	tested := map[string]bool{}
	for _, pkg := range pkgs {
		if pkg.ForTest == pkg.PkgPath && pkg.ID != pkg.PkgPath {
			tested[pkg.PkgPath] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(pkgs), func(pkg *packages.Package) bool {
		return pkg.ID == pkg.PkgPath && tested[pkg.PkgPath]
	})
}

// build makes the SSA form of all packages.
func (p *loaded) build() {
	p.prog = ssa.NewProgram(p.fset, ssa.NaiveForm|ssa.InstantiateGenerics)
	for _, pkg := range p.pkgs {
		p.prog.CreatePackage(pkg.Types, pkg.Syntax, pkg.TypesInfo, true)
	}
	p.prog.Build()
}

// isStd tells whether a package belongs to the Go distribution.
func (p *loaded) isStd(pkg *packages.Package) bool {
	if pkg.PkgPath == "unsafe" {
		return true
	}
	if pkg.Module != nil || len(pkg.GoFiles) == 0 {
		return false
	}
	src := filepath.Join(p.env.GOROOT, "src") + string(filepath.Separator)
	return strings.HasPrefix(pkg.GoFiles[0], src)
}
