package main

import (
	"fmt"
	"strings"
)

// command is a command line of the go command, taken apart.
type command struct {
	verb     string   // build, test or run
	flags    []string // before the packages
	packages []string // or .go files
	rest     []string // after the packages: flags of test, arguments of run
	tags     string
}

// valued are the flags of go build and go test that take a value, which may be the next argument.
var valued = map[string]bool{
	"C": true, "p": true, "o": true, "asmflags": true, "buildmode": true, "buildvcs": true, "compiler": true, "gccgoflags": true,
	"gcflags": true, "installsuffix": true, "ldflags": true, "mod": true, "modfile": true, "overlay": true, "pgo": true, "pkgdir": true,
	"tags": true, "toolexec": true, "covermode": true, "coverpkg": true, "exec": true, "vet": true, "bench": true, "benchtime": true,
	"blockprofile": true, "blockprofilerate": true, "count": true, "coverprofile": true, "cpu": true, "cpuprofile": true, "fuzz": true,
	"fuzzminimizetime": true, "fuzztime": true, "list": true, "memprofile": true, "memprofilerate": true, "mutexprofile": true,
	"mutexprofilefraction": true, "outputdir": true, "parallel": true, "run": true, "shuffle": true, "skip": true, "timeout": true,
	"trace": true, "xprog": true,
}

// refused are flags with which something else than what is analysed would be compiled, or that are used here.
var refused = map[string]string{
	"gcflags": "is used by stackproof", "toolexec": "is used by stackproof", "overlay": "makes other files than those analysed",
	"race": "makes other code than what is analysed", "msan": "makes other code than what is analysed", "C": "is not known here; change to the folder first",
	"asan": "makes other code than what is analysed", "cover": "makes other code than what is analysed", "trimpath": "hides the positions that verdicts are found by",
	"mod": "is not known here; set it in GOFLAGS", "modfile": "is not known here; set it in GOFLAGS", "pgo": "is not known here; set it in GOFLAGS",
	"buildmode": "is not known here; set it in GOFLAGS", "installsuffix": "is not known here", "pkgdir": "is not known here",
	"coverpkg": "makes other code than what is analysed", "coverprofile": "makes other code than what is analysed", "compiler": "is not for gc",
}

// parseCommand takes `build|test|run ARGUMENTS...` apart.
func parseCommand(args []string) (command, error) {
	if len(args) == 0 {
		return command{}, fmt.Errorf("build, test or run?")
	}
	c := command{verb: args[0]}
	if c.verb != "build" && c.verb != "test" && c.verb != "run" {
		return c, fmt.Errorf("build, test or run, not %q", c.verb)
	}
	args = args[1:]
	var err error
	if c.flags, args, err = c.takeFlags(args); err != nil {
		return c, err
	}
	c.packages, args = c.takePackages(args)
	if c.verb == "test" {
		// More flags may follow; after -args all is the program's.
		flags, _, err := c.takeFlags(args)
		if err != nil {
			return c, err
		}
		_ = flags
	}
	if c.verb == "build" && len(args) > 0 {
		return c, fmt.Errorf("%s: flags come before packages", args[0])
	}
	c.rest = args
	if len(c.packages) == 0 {
		c.packages = []string{"."}
	}
	return c, nil
}

// takeFlags returns the flags at the beginning and what follows them.
func (c *command) takeFlags(args []string) (flags, rest []string, err error) {
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		if args[0] == "-args" || args[0] == "--args" {
			break
		}
		name, value, has := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
		n := 1
		if valued[strings.TrimPrefix(name, "test.")] && !has {
			if len(args) < 2 {
				return nil, nil, fmt.Errorf("-%s takes a value", name)
			}
			n, value = 2, args[1]
		}
		if why, bad := refused[strings.TrimPrefix(name, "test.")]; bad {
			return nil, nil, fmt.Errorf("-%s %s", name, why)
		}
		if name == "tags" {
			c.tags = value
		}
		flags = append(flags, args[:n]...)
		args = args[n:]
	}
	return flags, args, nil
}

func (c *command) takePackages(args []string) (packages, rest []string) {
	for i, a := range args {
		// go run takes one package or some files.
		if strings.HasPrefix(a, "-") || c.verb == "run" && i > 0 && !(strings.HasSuffix(a, ".go") && strings.HasSuffix(args[0], ".go")) {
			return args[:i], args[i:]
		}
	}
	return args, nil
}
