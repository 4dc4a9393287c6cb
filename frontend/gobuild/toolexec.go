package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// verdictFlag is an argument of the compiler that only toolexec understands. As it is one of -gcflags, the go command files the result
// under it: other verdicts make another package in its cache.
const verdictFlag = "-stackproof="

// verdictVariable names the file to the changed compiler (hook.go).
const verdictVariable = "STACKPROOF_VERDICTS="

// toolexec runs a tool for the go command: the changed compiler in place of Go's own, the others as they are.
//
//	toolexec COMPILER ID FOLDER TOOL [ARGUMENTS...]
func toolexec(args []string) int {
	if len(args) < 4 {
		fmt.Fprintln(os.Stderr, "stackproof: toolexec COMPILER ID FOLDER TOOL [ARGUMENTS...]")
		return exitError
	}
	compiler, id, folder, tool, rest := args[0], args[1], args[2], args[3], args[4:]
	if filepath.Base(tool) != "compile" && filepath.Base(tool) != "compile.exe" {
		return replace(tool, rest, os.Environ())
	}
	if len(rest) == 1 && strings.HasPrefix(rest[0], "-V") {
		return version(compiler, id, rest[0])
	}
	// Without verdicts there is no such variable, whatever it was before.
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, verdictVariable) })
	kept := rest[:0:0]
	for _, a := range rest {
		if hash, ok := strings.CutPrefix(a, verdictFlag); ok {
			env = append(env, verdictVariable+verdictFile(folder, hash))
		} else {
			kept = append(kept, a)
		}
	}
	return replace(compiler, kept, env)
}

// verdictEnd is the last line of a verdict file (hook.go): half a place is another place.
const verdictEnd = "end"

func verdictFile(folder, hash string) string { return filepath.Join(folder, "verdicts-"+hash) }

// version prints what the go command takes for the compiler's identity. A development version prints the identity of its own
// executable, which is not that of Go's compiler; a release does not.
func version(compiler, id, option string) int {
	out, err := exec.Command(compiler, option).Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "stackproof:", err)
		return exitError
	}
	line := string(bytes.TrimSpace(out))
	if !strings.Contains(line, "buildID=") {
		line += " stackproof=" + id
	}
	fmt.Println(line)
	return 0
}

// replace runs a command with this process's files and returns its status.
func replace(path string, args, env []string) int {
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	return status(cmd.Run())
}

func status(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "stackproof:", err)
	return exitError
}
