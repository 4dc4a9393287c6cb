// Weakjudge rewrites Go packages so that the garbage collector judges stackproof's verdicts (papers/weakjudge.md).
//
//	weakjudge [-tests] -o FOLDER [-verdicts FILE] PACKAGE...
//
// FILE has the sites to watch, as `stackproof --json` writes them (standard input if there is none); their files are relative to the working
// folder. FOLDER gets an overlay for the go command, overlay.json, and sites.json: the number under which the program will report each
// site. It works on Go's syntax trees and types alone.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "weakjudge:", err)
		os.Exit(2)
	}
}

func run() error {
	tests := flag.Bool("tests", false, "rewrite the packages' tests, too")
	folder := flag.String("o", "", "the folder for overlay.json, sites.json and the files")
	verdicts := flag.String("verdicts", "", "the sites, as stackproof --json writes them")
	flag.Parse()
	if *folder == "" || flag.NArg() == 0 {
		return fmt.Errorf("usage: weakjudge [-tests] -o FOLDER [-verdicts FILE] PACKAGE...")
	}
	in := io.Reader(os.Stdin)
	if *verdicts != "" {
		file, err := os.Open(*verdicts)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	sites, err := readSites(in)
	if err != nil {
		return err
	}
	program, err := load(flag.Args(), *tests)
	if err != nil {
		return err
	}
	o, err := newOverlay(*folder, program.goroot)
	if err != nil {
		return err
	}
	for _, pkg := range program.packages {
		if err := rewritePackage(program, pkg, sites, o); err != nil {
			return err
		}
	}
	if err := o.write(); err != nil {
		return err
	}
	text, err := json.Marshal(sites.list)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(*folder, "sites.json"), text, 0o644)
}

func rewritePackage(program *program, pkg *checked, sites *siteTable, o *overlay) error {
	for _, file := range pkg.files {
		name := program.fset.File(file.Pos()).Name()
		if o.has(name) {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		text, err := rewriteFile(program, pkg, file, src, sites)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := o.add(name, text); err != nil {
			return err
		}
	}
	return nil
}
