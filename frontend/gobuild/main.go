// Gobuild lets the real Go compiler obey stackproof's verdicts (papers/runtime.md).
//
//	gobuild build|test|run [OPTION...] [--] [GO'S ARGUMENTS...]
//	gobuild toolexec COMPILER ID FOLDER TOOL [ARGUMENTS...]      for go's -toolexec
//
// It builds the compiler of the Go on PATH with one condition of its escape analysis changed (patch.go), learns from a first
// compilation what the compiler puts on the heap, asks stackproof for its verdicts given that what must stay on the heap stays
// there, and runs the go command with a compiler that puts on the stack what both allow.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The exit statuses; that of the go command or the program is passed on.
const exitError = 2

// settings are gobuild's own options.
type settings struct {
	dry        bool   // say what would change, build nothing
	list       bool   // name every site that changes
	stackproof string // the command
	verdicts   string // a verdict file instead of stackproof's verdicts: to test the judge
	cache      string // where changed compilers and verdict files are kept
	everything string // where to write all sites that could change, as a verdict file: to test the judge
}

// goEnv is what `go env` says.
type goEnv struct{ GOROOT, GOVERSION, GOHOSTOS, GOHOSTARCH, GOCACHE, GOMOD string }

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "toolexec" {
		os.Exit(toolexec(args[1:]))
	}
	status, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "stackproof: "+err.Error())
		os.Exit(exitError)
	}
	os.Exit(status)
}

func run(args []string) (int, error) {
	s, rest, err := parseSettings(args)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Print(usage)
			return 0, nil
		}
		return 0, err
	}
	c, err := parseCommand(rest)
	if err != nil {
		return 0, err
	}
	// Packages with cgo have code that is not analysed; the analysis and all compilations see the same files.
	if err := os.Setenv("CGO_ENABLED", "0"); err != nil {
		return 0, err
	}
	g, err := readEnv()
	if err != nil {
		return 0, err
	}
	if s.cache == "" {
		folder, err := os.UserCacheDir()
		if err != nil {
			return 0, err
		}
		s.cache = filepath.Join(folder, "stackproof")
	}
	if err := os.MkdirAll(s.cache, 0o755); err != nil {
		return 0, err
	}
	compiler, err := buildCompiler(g, s.cache)
	if err != nil {
		return 0, err
	}
	p, err := makePlan(s, g.GOROOT, c, compiler)
	if err != nil {
		return 0, err
	}
	p.report(os.Stderr, s.list)
	if s.dry {
		return 0, nil
	}
	return p.carryOut()
}

// parseSettings takes gobuild's own options: they follow the verb, before the go command's.
//
//	build|test|run [OPTION...] [--] [GO'S ARGUMENTS...]
func parseSettings(args []string) (settings, []string, error) {
	var s settings
	s.stackproof, s.cache = os.Getenv("STACKPROOF"), os.Getenv("STACKPROOF_CACHE")
	if s.stackproof == "" {
		s.stackproof = "stackproof"
	}
	if len(args) == 0 {
		return s, nil, errors.New("build, test or run?")
	}
	verb, args := args[0], args[1:]
	texts := map[string]*string{"verdicts": &s.verdicts, "everything": &s.everything}
	for len(args) > 0 {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(args[0], "-"), "-"), "=")
		switch {
		case args[0] == "--":
			return s, append([]string{verb}, args[1:]...), nil
		case args[0] == "-n":
			s.dry = true
		case args[0] == "-sites" || args[0] == "--sites":
			s.list = true
		case args[0] == "-h" || args[0] == "-help" || args[0] == "--help":
			return s, nil, flag.ErrHelp
		case strings.HasPrefix(args[0], "-") && texts[name] != nil && value != "":
			*texts[name] = value
		default:
			return s, append([]string{verb}, args...), nil
		}
		args = args[1:]
	}
	return s, []string{verb}, nil
}

const usage = `usage: stackproof build|test|run [-n] [-sites] [-verdicts=FILE] [--] [GO'S ARGUMENTS...]

Runs the go command with the compiler of the Go on PATH, changed so that it puts on the stack what stackproof proves to stay in its frame,
in the packages named (and, for build and run, in those of the main module that they need). Standard error says how many sites moved.

  -n               say what would change, and build nothing
  -sites           name every site that moves
  -verdicts=FILE   take the sites in FILE for the verdicts, unproved (papers/runtime.md)

The first run builds the changed compiler, and the standard library with it. Both are kept: the compiler below the user's cache folder, or
in STACKPROOF_CACHE. cgo is off.
`

func readEnv() (goEnv, error) {
	var g goEnv
	out, err := output(exec.Command("go", "env", "-json"))
	if err != nil {
		return g, err
	}
	return g, json.Unmarshal(out, &g)
}

// output runs a command and returns what it prints; its complaints are in the error.
func output(cmd *exec.Cmd) ([]byte, error) {
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return nil, fmt.Errorf("%s %s: %s", filepath.Base(cmd.Path), cmd.Args[1], exit.Stderr)
	}
	return out, err
}
