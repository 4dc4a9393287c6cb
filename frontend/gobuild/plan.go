package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// site names a site as hook.go does: kind, quoted file, line and column, with tabs between.
type site string

// entry is a line of hook.go's report.
type entry struct {
	pkg      string // being compiled; the site may be inlined from another
	at       site   // with an absolute file name
	raw      site   // as hook.go has it, and looks for it in verdicts
	stack    bool   // made to stay on the stack
	pointers bool   // what it holds may be pointers
	refusal  string
}

// plan is what is to be changed in a build.
type plan struct {
	settings settings
	goroot   string
	command  command
	compiler compiler
	targets  []string        // import paths of the packages in which sites change
	named    []string        // what stackproof is asked for
	entries  []entry         // of all packages: what gc has on the heap
	stack    map[site]bool   // sites that go to the stack, each at least once in the targets
	raw      map[site]bool   // the same, as hook.go names them
	pins     map[string]bool // places of sites that stay on the heap though stackproof may say stack
	unseen   []site          // of the pins: those with pointers that stackproof finds no site for
}

// makePlan compiles the packages once, unchanged, asks stackproof, and settles what is to change.
func makePlan(s settings, goroot string, c command, compiler compiler) (*plan, error) {
	p := &plan{settings: s, goroot: goroot, command: c, compiler: compiler, stack: map[site]bool{}, raw: map[site]bool{}, pins: map[string]bool{}}
	if err := p.findTargets(); err != nil {
		return nil, err
	}
	if err := p.compile(); err != nil {
		return nil, err
	}
	stack, err := p.verdicts()
	if err != nil {
		return nil, err
	}
	if why := p.blind(); why != "" {
		fmt.Fprintf(os.Stderr, "stackproof: nothing is moved to the stack: %s\n", why)
		return p, nil
	}
	for _, e := range p.entries {
		if p.flips(e, stack) {
			p.stack[e.at], p.raw[e.raw] = true, true
		}
	}
	return p, nil
}

// blind tells why the verdicts cannot be relied upon, or "": the compiler has something on the heap, which may hold anything, that stackproof
// does not see. What the runtime does is in stackproof's table of models.
func (p *plan) blind() string {
	for _, s := range p.unseen {
		kind, file, line, col := s.parts()
		if !strings.HasPrefix(file, filepath.Join(p.goroot, "src", "runtime")+string(filepath.Separator)) {
			return fmt.Sprintf("%s:%s:%s: a %s is on the heap, and stackproof knows of no site there", file, line, col, kind)
		}
	}
	return ""
}

// findTargets lists the packages that are to change: those named, and what they need from the main module.
func (p *plan) findTargets() error {
	files := strings.HasSuffix(p.command.packages[0], ".go")
	args := append([]string{"list", "-e", "-deps", "-json=ImportPath,Standard,DepOnly,Module"}, p.tagFlags()...)
	out, err := output(exec.Command("go", append(append(args, "--"), p.command.packages...)...))
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var pkg struct {
			ImportPath        string
			Standard, DepOnly bool
			Module            *struct{ Main bool }
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if !pkg.DepOnly || p.command.verb != "test" && !files && pkg.Module != nil && pkg.Module.Main {
			p.targets = append(p.targets, pkg.ImportPath)
			if !files {
				p.named = append(p.named, pkg.ImportPath)
			}
		}
	}
	if files {
		p.named = p.command.packages
	}
	if len(p.targets) == 0 {
		return fmt.Errorf("%s: no packages", strings.Join(p.command.packages, " "))
	}
	return nil
}

func (p *plan) tagFlags() []string {
	if p.command.tags == "" {
		return nil
	}
	return []string{"-tags=" + p.command.tags}
}

// toolexecFlags are what makes the go command use the changed compiler.
func (p *plan) toolexecFlags() ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	words := []string{self, "toolexec", p.compiler.path, p.compiler.id, p.settings.cache}
	for i, w := range words {
		if strings.ContainsAny(w, "'\"\\ \t\n") {
			words[i] = "'" + w + "'"
		}
	}
	return []string{"-trimpath=false", "-toolexec=" + strings.Join(words, " ")}, nil
}

// compile compiles all packages without a verdict, to learn what the compiler has on the heap.
func (p *plan) compile() error {
	flags, err := p.toolexecFlags()
	if err != nil {
		return err
	}
	args := append([]string{"list", "-export", "-deps"}, flags...)
	if p.command.verb == "test" {
		args = append(args, "-test")
	}
	args = append(append(args, p.tagFlags()...), "--")
	cmd := exec.Command("go", append(args, p.command.packages...)...)
	var complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &complaints
	failed := cmd.Run()
	var rest bytes.Buffer
	p.entries = readReport(&complaints, &rest, p.goroot)
	for _, e := range p.entries {
		if _, file, _, _ := e.at.parts(); !filepath.IsAbs(file) && file != "_testmain.go" && !strings.HasPrefix(file, "<") {
			return fmt.Errorf("%s: the compiler names a file in a way that is not known here", file)
		}
	}
	if failed != nil {
		return fmt.Errorf("the packages do not compile: %w\n%s", failed, rest.Bytes())
	}
	if len(p.entries) == 0 {
		return errors.New("the changed compiler reported nothing: it was not asked")
	}
	return nil
}

// readReport takes hook.go's lines out of what the go command says and passes the rest on. The headings of packages about which
// nothing else is said go too.
func readReport(from io.Reader, rest io.Writer, goroot string) []entry {
	var entries []entry
	heading, pkg := "", ""
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		switch {
		case strings.HasPrefix(line, "# "):
			heading = line
			pkg, _, _ = strings.Cut(strings.TrimSpace(line[2:]), " ")
		case strings.HasPrefix(line, "stackproof:\t"):
			words := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			// Without a position, and without pointers: nothing that could move, or hold what moves (as #next of ranges over functions).
			if len(words) == 8 && (words[3] != `""` || words[6] != "data") {
				raw := site(strings.Join(words[2:6], "\t"))
				entries = append(entries, entry{pkg: pkg, at: raw.absolute(goroot), raw: raw, stack: words[1] == "stack",
					pointers: words[6] == "pointers", refusal: words[7]})
			}
		case line != "":
			io.WriteString(rest, heading+line)
			heading = ""
		}
		if err != nil {
			return entries
		}
	}
}

// flips tells whether the compiler will move the site to the stack where it compiles this package.
func (p *plan) flips(e entry, stack map[site]bool) bool {
	return e.refusal == "" && stack[e.at] && p.isTarget(e.pkg)
}

// isTarget tells whether sites change in what is compiled as pkg. The flags of a package go to its external tests too.
func (p *plan) isTarget(pkg string) bool {
	tested, external := strings.CutSuffix(pkg, "_test")
	return slices.Contains(p.targets, pkg) || external && p.command.verb == "test" && slices.Contains(p.targets, tested)
}

// newSite names a site in a file by its real name.
func newSite(kind, file, line, col string) site {
	if real, err := filepath.EvalSymlinks(file); err == nil && file != "" {
		file = real
	}
	return site(kind + "\t" + strconv.Quote(file) + "\t" + line + "\t" + col)
}

// absolute names the site as newSite does: the compiler writes the files of the standard library below $GOROOT.
func (s site) absolute(goroot string) site {
	kind, file, line, col := s.parts()
	if below, ok := strings.CutPrefix(file, "$GOROOT"); ok {
		file = goroot + below
	}
	return newSite(kind, file, line, col)
}

func (s site) parts() (kind, file, line, col string) {
	words := append(strings.Split(string(s), "\t"), "", "", "")
	file, err := strconv.Unquote(words[1])
	if err != nil {
		file = words[1]
	}
	return words[0], file, words[2], words[3]
}

// place is a site's file, line and column.
func (s site) place() string {
	_, file, line, col := s.parts()
	return file + "\t" + line + "\t" + col
}

// verdicts asks stackproof which sites can be on the stack, given that what the compiler will keep on the heap is there.
func (p *plan) verdicts() (map[site]bool, error) {
	if p.settings.everything != "" {
		all := map[site]bool{}
		for _, e := range p.entries {
			if e.refusal == "" && p.isTarget(e.pkg) {
				all[e.raw] = true
			}
		}
		return nil, os.WriteFile(p.settings.everything, []byte(lines(all)), 0o644)
	}
	if p.settings.verdicts != "" {
		return readVerdicts(p.settings.verdicts, p.goroot)
	}
	for _, e := range p.entries {
		if e.refusal != "" || !p.isTarget(e.pkg) {
			p.pins[e.at.place()] = true
		}
	}
	for {
		sites, err := p.analyse()
		if err != nil {
			return nil, err
		}
		stack := map[site]bool{}
		for at, s := range sites {
			stack[at] = s == allStack
		}
		if !p.pinRest(sites) {
			return stack, nil
		}
	}
}

// pinRest pins what will stay on the heap in the targets though it was not judged to be there: what stackproof has no site for, or
// several that differ. It tells whether there was any: then the other verdicts no longer hold.
func (p *plan) pinRest(sites map[site]sitesAt) bool {
	more := false
	for _, e := range p.entries {
		s := sites[e.at]
		if at := e.at.place(); e.pointers && !p.pins[at] && s != allStack && s != allHeap {
			p.pins[at], more = true, true
		}
	}
	return more
}

// analyse runs stackproof with the pins as they are.
func (p *plan) analyse() (map[site]sitesAt, error) {
	work, err := os.MkdirTemp("", "stackproof-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	pins := filepath.Join(work, "pins")
	if err := os.WriteFile(pins, []byte(lines(p.pins)), 0o644); err != nil {
		return nil, err
	}
	args := []string{"--json", "--gc=off", "--world=open", "--unmatched", "--pins=" + pins}
	if p.command.verb == "test" {
		args = append(args, "--tests")
	}
	if p.command.tags != "" {
		args = append(args, "--tags="+p.command.tags)
	}
	cmd := exec.Command(p.settings.stackproof, append(append(args, "--"), p.named...)...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("the analysis failed: %w\n%s", err, complaints.Bytes())
	}
	p.unseen = nil
	p.findUnseen(&complaints)
	return readSites(out)
}

// findUnseen notes the pins in analysed files that stackproof knows nothing of, though what is there may hold pointers. Other files are
// of packages that what is analysed does not import.
func (p *plan) findUnseen(complaints io.Reader) {
	missing, seen := map[string]bool{}, map[site]bool{}
	for lines := bufio.NewScanner(complaints); lines.Scan(); {
		if at, ok := strings.CutSuffix(lines.Text(), ": no site for a pin"); ok {
			missing[at] = true
		}
	}
	for _, e := range p.entries {
		if e.pointers && !seen[e.at] && missing[strings.ReplaceAll(e.at.place(), "\t", ":")] {
			seen[e.at] = true
			p.unseen = append(p.unseen, e.at)
		}
	}
}

// kindOf maps stackproof's kinds to hook.go's.
var kindOf = map[string]string{"var": "var", "param": "var", "complit": "lit", "slicelit": "lit", "maplit": "lit", "varargs": "lit",
	"new": "new", "make": "make", "chan": "chan", "closure": "closure", "methodvalue": "methodvalue", "iface": "iface", "conv": "conv",
	"concat": "concat", "append": "append"}

// stays is the reason of a stack verdict that was proved: what needs no allocation is called stack as well, without a proof.
const stays = "stays in its frame"

// sitesAt is what stackproof says of the sites of one name.
type sitesAt int

const (
	noSite   sitesAt = iota
	allStack         // proved to stay in their frames
	allHeap          // or without an allocation
	mixed
)

// readSites reads stackproof's JSON lines.
func readSites(out []byte) (map[site]sitesAt, error) {
	sites := map[site]sitesAt{}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var v struct {
			File                  string
			Line, Col             int
			Kind, Verdict, Reason string
		}
		if err := decoder.Decode(&v); errors.Is(err, io.EOF) {
			return sites, nil
		} else if err != nil {
			return nil, err
		}
		name, err := filepath.Abs(v.File)
		if err != nil {
			return nil, err
		}
		at, now := newSite(kindOf[v.Kind], name, strconv.Itoa(v.Line), strconv.Itoa(v.Col)), allHeap
		if v.Verdict == "stack" && v.Reason == stays {
			now = allStack
		}
		if before := sites[at]; before != noSite && before != now {
			now = mixed
		}
		sites[at] = now
	}
}

// readVerdicts reads a verdict file: kind, quoted file name, line, column, with tabs between.
func readVerdicts(name, goroot string) (map[site]bool, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	stack := map[site]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		if line != "" {
			stack[site(line).absolute(goroot)] = true
		}
	}
	return stack, nil
}

// lines joins the keys, sorted, one a line.
func lines[K ~string](set map[K]bool) string {
	keys := make([]string, 0, len(set))
	for k, in := range set {
		if in {
			keys = append(keys, string(k)+"\n")
		}
	}
	slices.Sort(keys)
	return strings.Join(keys, "")
}

// report says how much changes.
func (p *plan) report(to io.Writer, list bool) {
	heap := map[site]bool{}
	for _, e := range p.entries {
		if p.isTarget(e.pkg) {
			heap[e.at] = true
		}
	}
	fmt.Fprintf(to, "stackproof: %d of %d heap sites go to the stack in %d packages; %d places pinned to the heap, %d of them unknown\n", len(p.stack), len(heap), len(p.targets), len(p.pins), len(p.unseen))
	if !list {
		return
	}
	for _, line := range strings.Split(lines(p.stack), "\n") {
		if line != "" {
			kind, _, _ := strings.Cut(line, "\t")
			fmt.Fprintf(to, "%s: %s goes to the stack\n", strings.ReplaceAll(site(line).place(), "\t", ":"), kind)
		}
	}
	for _, s := range p.unseen {
		kind, _, _ := strings.Cut(string(s), "\t")
		fmt.Fprintf(to, "%s: %s is on the heap, and stackproof knows of no site there\n", strings.ReplaceAll(s.place(), "\t", ":"), kind)
	}
}

// carryOut runs the go command with the verdicts and returns its status.
func (p *plan) carryOut() (int, error) {
	text := lines(p.raw) + verdictEnd + "\n"
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:24]
	if err := writeWhole(verdictFile(p.settings.cache, hash), text); err != nil {
		return 0, err
	}
	flags, err := p.toolexecFlags()
	if err != nil {
		return 0, err
	}
	if len(p.stack) > 0 {
		for _, target := range p.targets {
			flags = append(flags, "-gcflags="+target+"="+verdictFlag+hash)
		}
	}
	if p.command.verb == "run" {
		return p.buildAndRun(flags)
	}
	args := append(append([]string{p.command.verb}, flags...), p.command.flags...)
	args = append(append(args, p.command.packages...), p.command.rest...)
	return p.runGo(args)
}

// writeWhole writes a file that another process may be writing too.
func writeWhole(name, text string) error {
	file, err := os.CreateTemp(filepath.Dir(name), "verdicts-")
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, text)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

// runGo runs the go command, shows what it says without the report, and checks that the compiler did what was planned.
func (p *plan) runGo(args []string) (int, error) {
	cmd := exec.Command("go", args...)
	cmd.Stdin, cmd.Stdout = os.Stdin, os.Stdout
	pipe, err := cmd.StderrPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	wrong := p.surprises(readReport(pipe, os.Stderr, p.goroot))
	code := status(cmd.Wait())
	if code == 0 && len(wrong) > 0 {
		return 0, fmt.Errorf("%d sites are not where they were planned to be, such as %s", len(wrong), strings.ReplaceAll(wrong[0].place(), "\t", ":"))
	}
	return code, nil
}

// surprises lists the sites that a compilation did not put where the plan has them: verdicts rest on all of it.
func (p *plan) surprises(report []entry) []site {
	done, known := map[site]bool{}, map[site]bool{}
	for _, e := range p.entries {
		known[e.at] = true
	}
	var wrong []site
	for _, e := range report {
		if e.stack {
			done[e.at] = true
		}
		if e.stack != p.flips(e, p.stack) || e.pointers && !known[e.at] {
			wrong = append(wrong, e.at)
		}
	}
	for at := range p.stack {
		if !done[at] {
			wrong = append(wrong, at)
		}
	}
	slices.Sort(wrong)
	return wrong
}

// buildAndRun runs a program by itself, so that its standard error is its own.
func (p *plan) buildAndRun(flags []string) (int, error) {
	work, err := os.MkdirTemp("", "stackproof-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	program := filepath.Join(work, "program")
	args := append(append([]string{"build", "-o", program}, flags...), p.command.flags...)
	if code, err := p.runGo(append(args, p.command.packages...)); code != 0 || err != nil {
		return code, err
	}
	return replace(program, p.command.rest, os.Environ()), nil
}
