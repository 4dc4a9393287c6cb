// Align compares the allocation sites of a .gir text with the diagnostics of the Go compiler.
//
//	go build -gcflags='all=-m=2 -l' PATTERN... 2>LOG
//	goir PATTERN... | align [-v] [-C dir] [-min P] LOG
//
// A diagnostic matches if the .gir text has a site of its category at its file, line and column. Align prints how
// many of each category match, the ones that do not, and as its last line `aligned N of M (P %)`. It exits with
// status 1 if that is below the minimum of 99.5 %, and with 2 if it cannot read its input.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is main without the process around it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("align", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("C", ".", "the `dir` in which go build wrote the log")
	least := flags.Float64("min", 99.5, "least `percentage` of matches")
	verbose := flags.Bool("v", false, "list the sites that gc does not mention, too")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() != 1 {
		fmt.Fprintln(stderr, "usage: goir PATTERN... | align [-v] [-C dir] [-min P] LOG")
		return 2
	}
	diagnostics, err := readLog(flags.Arg(0), *dir)
	if err != nil {
		fmt.Fprintln(stderr, "align:", err)
		return 2
	}
	sites, err := readSites(stdin)
	if err != nil {
		fmt.Fprintln(stderr, "align:", err)
		return 2
	}
	r := compare(diagnostics, sites)
	r.print(stdout, *verbose)
	if r.percent() < *least {
		return 1
	}
	return 0
}

// place is a position in a source file.
type place struct {
	file      string
	line, col int
}

// key is what a diagnostic and a site must share.
type key struct {
	place
	category string
}

// result is the outcome of a comparison.
type result struct {
	matched, total map[string]int
	misses         []diagnostic
	silent         []key // sites without a diagnostic
}

// compare looks up each diagnostic among the sites.
func compare(diagnostics []diagnostic, sites map[key]bool) *result {
	r := &result{matched: map[string]int{}, total: map[string]int{}}
	mentioned := map[key]bool{}
	for _, d := range diagnostics {
		category := d.categories[0]
		found := false
		for _, c := range d.categories {
			k := key{d.place, c}
			if sites[k] {
				mentioned[k] = true
				if !found {
					category, found = c, true
				}
			}
		}
		r.total[category]++
		if found {
			r.matched[category]++
		} else {
			r.misses = append(r.misses, d)
		}
	}
	for k := range sites {
		if !mentioned[k] {
			r.silent = append(r.silent, k)
		}
	}
	return r
}

func sum(counts map[string]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// percent is the share of matches; no diagnostics at all count as none matched.
func (r *result) percent() float64 {
	total := sum(r.total)
	if total == 0 {
		return 0
	}
	return 100 * float64(sum(r.matched)) / float64(total)
}

func (r *result) print(w io.Writer, verbose bool) {
	for _, d := range r.misses {
		fmt.Fprintf(w, "%s:%d:%d: %s: %s\n", d.file, d.line, d.col, d.categories[0], d.text)
	}
	for _, c := range sortedKeys(r.total) {
		fmt.Fprintf(w, "%-10s %6d of %6d\n", c, r.matched[c], r.total[c])
	}
	if verbose {
		r.printSilent(w)
	}
	fmt.Fprintf(w, "aligned %d of %d (%.2f %%)\n", sum(r.matched), sum(r.total), r.percent())
}

// printSilent lists the sites that gc does not mention, but for variables: it is silent on those it leaves alone.
func (r *result) printSilent(w io.Writer) {
	slices.SortFunc(r.silent, func(a, b key) int {
		return cmp.Or(strings.Compare(a.category, b.category), strings.Compare(a.file, b.file),
			cmp.Compare(a.line, b.line), cmp.Compare(a.col, b.col))
	})
	counts := map[string]int{}
	for _, k := range r.silent {
		counts[k.category]++
		if k.category != "var" {
			fmt.Fprintf(w, "%s:%d:%d: %s without a diagnostic\n", k.file, k.line, k.col, k.category)
		}
	}
	for _, c := range sortedKeys(counts) {
		fmt.Fprintf(w, "%-10s %6d without a diagnostic\n", c, counts[c])
	}
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
