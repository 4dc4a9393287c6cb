// Goir writes the whole program behind some Go packages as .gir text (papers/gir.md): the packages asked for and
// all that they import, with bodies, in the naive form of golang.org/x/tools/go/ssa.
//
//	goir [-tests] [-tags T] [-values] [-C dir] [--] PATTERN...
//
// Patterns are packages or .go files, as for go build; GOOS, GOARCH, GOFLAGS and the rest of the environment count
// as they do there. The text goes to standard output and ends with `meta complete "1"`, so that a reader on a pipe
// sees truncation. If anything does not compile, goir writes `file:line:col: text` messages on standard error and
// exits with status 2.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// dialect names the dialect of .gir that this exporter writes.
const dialect = "1"

// The exit statuses.
const (
	exitOK    = 0
	exitError = 2
)

func main() {
	// The heap only grows until the last function is written: collecting rarely costs some memory and saves a
	// quarter of the processor time.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// gcPercent trades memory for time, see main.
const gcPercent = 200

// run is main without the process around it: it returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	query, err := parseArgs(args, stderr)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK
		}
		return exitError
	}
	program, problems := load(query)
	if len(problems) > 0 {
		for _, p := range problems {
			fmt.Fprintln(stderr, p)
		}
		return exitError
	}
	out := bufio.NewWriterSize(stdout, 1<<20)
	err = export(program, out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fmt.Fprintf(stderr, "goir: %v\n", err)
		return exitError
	}
	return exitOK
}

// parseArgs reads the command line.
func parseArgs(args []string, stderr io.Writer) (query, error) {
	var q query
	flags := flag.NewFlagSet("goir", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: goir [-tests] [-tags T] [-values] [-C dir] [--] PATTERN...")
		flags.PrintDefaults()
	}
	flags.BoolVar(&q.tests, "tests", false, "include the packages' tests")
	flags.StringVar(&q.tags, "tags", "", "comma-separated build `tags`")
	flags.BoolVar(&q.values, "values", false, "write constants in full, so that the program can be executed (stackproof-run)")
	flags.StringVar(&q.dir, "C", "", "change to `dir` first")
	if err := flags.Parse(args); err != nil {
		return q, err
	}
	q.patterns = flags.Args()
	if len(q.patterns) == 0 {
		q.patterns = []string{"."}
	}
	return q, nil
}
