package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// rewriter collects the changes of a file. Nothing is put on another line than it was on.
type rewriter struct {
	program *program
	pkg     *checked
	file    *ast.File
	name    string // the file's real name, as sites have it
	src     []byte
	sites   *siteTable
	edits   []*edit
	stack   []ast.Node
	after   map[ast.Node][]string // what follows a node, to be written when it is left
	frames  []*frame              // functions around
	values  map[*ast.CompositeLit]bool
	copied  map[types.Object]bool // variables that closures capture by value
}

// edit replaces some bytes by a text.
type edit struct {
	at, cut int
	text    string
}

// frame is a function that is being rewritten.
type frame struct {
	begin *edit // behind the opening brace
	vars  string
	used  bool
	off   bool // not to be touched
	sig   *types.Signature
}

// The names of the frame in rewritten functions, and of what is called.
const (
	frameName = "zzf"
	tick      = judgePackage + ".At(false)"
)

// rewriteFile returns the text of a file in which all sites are watched that are found.
func rewriteFile(program *program, pkg *checked, file *ast.File, src []byte, sites *siteTable) ([]byte, error) {
	name, err := realPath(program.fset.File(file.Pos()).Name())
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(src), "//line ") || strings.Contains(string(src), "/*line ") {
		return src, nil
	}
	r := &rewriter{program: program, pkg: pkg, file: file, name: name, src: src, sites: sites, after: map[ast.Node][]string{}, values: map[*ast.CompositeLit]bool{}, copied: copied(pkg.info, file)}
	ast.Inspect(file, r.visit)
	if !slices.ContainsFunc(r.edits, func(e *edit) bool { return e.text != "" }) {
		return src, nil
	}
	r.insert(file.Name.End(), "; import "+judgePackage+" \""+judgePackage+"\"")
	return r.apply(), nil
}

// apply makes the changes; those at one place in the order in which they were asked for.
func (r *rewriter) apply() []byte {
	slices.SortStableFunc(r.edits, func(a, b *edit) int { return a.at - b.at })
	var out []byte
	done := 0
	for _, e := range r.edits {
		out = append(append(out, r.src[done:e.at]...), e.text...)
		done = e.at + e.cut
	}
	return append(out, r.src[done:]...)
}

func (r *rewriter) offset(p token.Pos) int { return r.program.fset.File(r.file.FileStart).Offset(p) }

func (r *rewriter) replace(p token.Pos, cut int, text string) *edit {
	e := &edit{r.offset(p), cut, text}
	r.edits = append(r.edits, e)
	return e
}

func (r *rewriter) insert(p token.Pos, text string) *edit { return r.replace(p, 0, text) }

// find looks for a site of this file, in a function that may be changed.
func (r *rewriter) find(kind string, p token.Pos) int {
	if f := r.frame(); f == nil || f.off {
		return -1
	}
	at := r.program.fset.PositionFor(p, false)
	at.Filename = r.name
	return r.sites.find(kind, at)
}

// frame is the function whose body is being visited.
func (r *rewriter) frame() *frame {
	if len(r.frames) == 0 {
		return nil
	}
	return r.frames[len(r.frames)-1]
}

// watch notes that a site is watched and returns the call of the judge's function up to its last argument.
func (r *rewriter) watch(function string, site int, more ...string) string {
	r.frame().used = true
	r.sites.list[site].Watched = true
	return fmt.Sprintf("%s.%s(%s.Fresh(%s), %d, %s", judgePackage, function, judgePackage, frameName, site, strings.Join(more, ""))
}

// wrap puts a node into a call of the judge.
func (r *rewriter) wrap(n ast.Node, function string, site int, more ...string) {
	r.insert(n.Pos(), r.watch(function, site, more...))
	r.follow(n, ")")
}

// follow has a text written behind a node and all that belongs there already.
func (r *rewriter) follow(n ast.Node, text string) {
	r.after[n] = append([]string{text}, r.after[n]...)
}

func (r *rewriter) visit(n ast.Node) bool {
	if n != nil {
		r.enter(n)
		r.stack = append(r.stack, n)
		return true
	}
	last := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	r.leave(last)
	return true
}

// parent is the node around the one that is entered; i counts from the innermost.
func (r *rewriter) parent(i int) ast.Node {
	if i >= len(r.stack) {
		return nil
	}
	return r.stack[len(r.stack)-1-i]
}

func (r *rewriter) enter(n ast.Node) {
	if e, ok := n.(ast.Expr); ok && r.frame() != nil {
		r.box(e)
	}
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Body != nil {
			r.function(n.Body, r.pkg.info.Defs[n.Name].Type().(*types.Signature), isPinned(n.Doc), n.Recv, n.Type.Params, n.Type.Results)
		}
	case *ast.FuncLit:
		if s := r.find("closure", n.Pos()); s >= 0 {
			r.wrap(n, "Func", s)
		}
		outer := r.frame()
		r.function(n.Body, r.pkg.info.TypeOf(n).(*types.Signature), outer != nil && outer.off, n.Type.Params, n.Type.Results)
	case *ast.CompositeLit:
		r.literal(n)
	case *ast.UnaryExpr:
		r.address(n)
	case *ast.BinaryExpr:
		r.concat(n)
	case *ast.SelectorExpr:
		r.methodValue(n)
	case *ast.CallExpr:
		r.call(n)
	case ast.Stmt:
		if f := r.frame(); f != nil && !f.off {
			r.statement(n)
		}
	}
}

func (r *rewriter) leave(n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Body != nil {
			r.endFunction()
		}
	case *ast.FuncLit:
		r.endFunction()
	}
	for _, text := range r.after[n] {
		r.insert(n.End(), text)
	}
}

// isPinned tells whether a function must stay as it is: calls may not be added.
func isPinned(doc *ast.CommentGroup) bool {
	if doc == nil {
		return false
	}
	for _, c := range doc.List {
		for _, pragma := range []string{"//go:nosplit", "//go:nowritebarrier", "//go:systemstack", "//go:uintptrkeepalive"} {
			if strings.HasPrefix(c.Text, pragma) {
				return true
			}
		}
	}
	return false
}

// function begins a function's body; its parameters and results are variables.
func (r *rewriter) function(body *ast.BlockStmt, sig *types.Signature, off bool, lists ...*ast.FieldList) {
	f := &frame{begin: r.insert(body.Lbrace+1, ""), off: off, sig: sig}
	r.frames = append(r.frames, f)
	for _, list := range lists {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			for _, name := range field.Names {
				f.vars += r.variable(name.Name, name.Pos(), r.pkg.info.Defs[name])
			}
		}
	}
}

func (r *rewriter) endFunction() {
	f := r.frame()
	r.frames = r.frames[:len(r.frames)-1]
	if f.used {
		f.begin.text = fmt.Sprintf(" %s := %s.At(true); %s", frameName, judgePackage, f.vars)
	}
}

// variable is the statement that watches variable v, whose site is at p, or nothing.
func (r *rewriter) variable(name string, p token.Pos, v types.Object) string {
	s := r.find("var", p)
	if s < 0 || name == "_" || r.copied[v] {
		return ""
	}
	r.frame().used = true
	r.sites.list[s].Watched = true
	return fmt.Sprintf("%s.Var(%s, %d, &%s); ", judgePackage, frameName, s, name)
}

// statement has variables watched from their declarations on, and time told after calls.
func (r *rewriter) statement(n ast.Stmt) {
	inList := r.inList(n)
	switch n := n.(type) {
	case *ast.AssignStmt, *ast.DeclStmt, *ast.ExprStmt, *ast.SendStmt:
		if sum, ok := n.(*ast.AssignStmt); ok && sum.Tok == token.ADD_ASSIGN && r.isString(sum.Rhs[0]) {
			r.insert(sum.Rhs[0].Pos(), judgePackage+".Copied(")
			r.follow(sum.Rhs[0], ")")
		}
		if vars := r.declared(n); inList {
			if vars != "" {
				r.insert(n.Pos(), judgePackage+".Fresh("+frameName+"); ")
				r.follow(n, "; "+strings.TrimSuffix(vars, "; "))
			}
			if r.calls(n) && !r.isPanic(n) {
				r.after[n] = append(r.after[n], "; "+tick)
			}
		}
	case *ast.IfStmt:
		blocks := []token.Pos{n.Body.Lbrace + 1}
		if other, ok := n.Else.(*ast.BlockStmt); ok {
			blocks = append(blocks, other.Lbrace+1)
		}
		r.begin(blocks, r.declared(n.Init), n.Init, n.Cond)
	case *ast.ForStmt:
		r.begin([]token.Pos{n.Body.Lbrace + 1}, r.declared(n.Init), n.Init, n.Cond, n.Post)
	case *ast.RangeStmt:
		vars := ""
		for _, e := range []ast.Expr{n.Key, n.Value} {
			if id, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
				vars += r.variable(id.Name, id.Pos(), r.pkg.info.Defs[id])
			}
		}
		r.begin([]token.Pos{n.Body.Lbrace + 1}, vars, n.X)
	case *ast.SwitchStmt:
		r.begin(clauses(n.Body), r.declared(n.Init), n.Init, n.Tag)
	case *ast.TypeSwitchStmt:
		r.begin(clauses(n.Body), r.declared(n.Init), n.Init, n.Assign)
		r.typeSwitch(n)
	case *ast.CommClause:
		vars := r.declared(n.Comm)
		if choice, ok := r.parent(1).(*ast.SelectStmt); ok && vars != "" && isList(r.parent(2)) {
			r.insert(choice.Pos(), judgePackage+".Fresh("+frameName+"); ")
		}
		r.begin([]token.Pos{n.Colon + 1}, vars, n.Comm)
	}
}

// inList tells whether a statement stands where others may stand before and behind it.
func (r *rewriter) inList(n ast.Stmt) bool {
	for i := 0; ; i++ {
		switch p := r.parent(i).(type) {
		case *ast.LabeledStmt:
			continue
		case *ast.BlockStmt, *ast.CaseClause:
			return true
		case *ast.CommClause:
			return p.Comm != n
		default:
			return false
		}
	}
}

// isList tells whether a node is a list of statements.
func isList(n ast.Node) bool {
	switch n.(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

// begin writes statements at the beginning of blocks, for what stands in the heads of statements.
func (r *rewriter) begin(blocks []token.Pos, vars string, heads ...ast.Node) {
	if slices.ContainsFunc(heads, r.calls) {
		vars += tick + "; "
	}
	if vars == "" {
		return
	}
	for _, at := range blocks {
		r.insert(at, " "+vars)
	}
}

func clauses(body *ast.BlockStmt) []token.Pos {
	var list []token.Pos
	for _, s := range body.List {
		list = append(list, s.(*ast.CaseClause).Colon+1)
	}
	return list
}

// declared is what watches the variables that a statement declares.
func (r *rewriter) declared(n ast.Stmt) string {
	vars := ""
	define := func(id *ast.Ident) {
		if r.pkg.info.Defs[id] != nil {
			vars += r.variable(id.Name, id.Pos(), r.pkg.info.Defs[id])
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			if id, ok := l.(*ast.Ident); ok && n.Tok == token.DEFINE {
				define(id)
			}
		}
	case *ast.DeclStmt:
		for _, spec := range n.Decl.(*ast.GenDecl).Specs {
			if spec, ok := spec.(*ast.ValueSpec); ok && n.Decl.(*ast.GenDecl).Tok == token.VAR {
				for _, id := range spec.Names {
					define(id)
				}
			}
		}
	}
	return vars
}

// typeSwitch watches the variable of each clause.
func (r *rewriter) typeSwitch(n *ast.TypeSwitchStmt) {
	assign, ok := n.Assign.(*ast.AssignStmt)
	if !ok {
		return
	}
	for _, s := range n.Body.List {
		c, at := s.(*ast.CaseClause), token.NoPos
		if at = c.Case; len(c.List) > 0 {
			at = r.typeEnd(c.List[len(c.List)-1])
		}
		if vars := r.variable(assign.Lhs[0].(*ast.Ident).Name, at, r.pkg.info.Implicits[c]); vars != "" {
			r.insert(c.Colon+1, " "+vars)
		}
	}
}

// isString tells whether an expression is a string that is made when the program runs.
func (r *rewriter) isString(e ast.Expr) bool {
	tv := r.pkg.info.Types[e]
	b, ok := core(tv.Type).(*types.Basic)
	return ok && b.Info()&types.IsString != 0 && tv.Value == nil && !isTypeParam(tv.Type)
}

// calls tells whether a function is called in a node, not counting what function literals do.
func (r *rewriter) calls(n ast.Node) bool {
	found := false
	if n == nil {
		return false
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && r.builtin(call) == "" && !r.pkg.info.Types[call.Fun].IsType() {
			found = true
		}
		_, literal := n.(*ast.FuncLit)
		return !literal && !found
	})
	return found
}

// builtin is the name of the predeclared function that is called, or "".
func (r *rewriter) builtin(call *ast.CallExpr) string {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := r.pkg.info.Uses[id].(*types.Builtin); ok {
			return b.Name()
		}
	}
	return ""
}

// isPanic tells whether a statement ends its list: nothing may follow it.
func (r *rewriter) isPanic(n ast.Stmt) bool {
	s, ok := n.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := s.X.(*ast.CallExpr)
	return ok && r.builtin(call) == "panic"
}
