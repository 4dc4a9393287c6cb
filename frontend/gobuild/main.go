// Gobuild lets the real Go compiler obey stackproof's verdicts (papers/runtime.md).
//
//	gobuild [OPTION...] build|test|run [GO'S ARGUMENTS...]
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
	"io"
	"os"
	"os/exec"
	"path/filepath"
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
	from       string // more arguments for stackproof
	everything string // where to write all sites that could change, as a verdict file: to test the judge
	pins       string // where to keep the pins; a temporary file if empty
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

func parseSettings(args []string) (settings, []string, error) {
	var s settings
	flags := flag.NewFlagSet("stackproof", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	flags.BoolVar(&s.dry, "n", false, "")
	flags.BoolVar(&s.list, "list", false, "")
	flags.StringVar(&s.stackproof, "stackproof", os.Getenv("STACKPROOF"), "")
	flags.StringVar(&s.verdicts, "verdicts", "", "")
	flags.StringVar(&s.cache, "cache", os.Getenv("STACKPROOF_CACHE"), "")
	flags.StringVar(&s.from, "with", "", "")
	flags.StringVar(&s.pins, "pins", "", "")
	flags.StringVar(&s.everything, "everything", "", "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Print(usage)
		}
		return s, nil, err
	}
	if s.stackproof == "" {
		s.stackproof = "stackproof"
	}
	return s, flags.Args(), nil
}

const usage = `usage: stackproof build|test|run [-n] [-list] [-verdicts FILE] -- [GO'S ARGUMENTS...]
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
