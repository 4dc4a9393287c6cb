package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The judge's package, and what it adds to package runtime.
var (
	//go:embed judge/zzjudge.go
	judgeSource []byte
	//go:embed judge/zz_runtime.go
	runtimeSource []byte
)

// judgeConstraint keeps them out of this module's own builds.
const judgeConstraint = "//go:build stackproof_judge\n"

// judgePackage is the import path of the judge's package, and the name of its folder in GOROOT/src.
const judgePackage = "zzjudge"

// overlay is what the go command is to read instead of the files it names.
type overlay struct {
	folder  string
	replace map[string]string
}

// newOverlay makes an overlay in a folder that has the judge's own files already.
func newOverlay(folder, goroot string) (*overlay, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	o := &overlay{folder, map[string]string{}}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	for name, text := range map[string][]byte{judgePackage + "/zzjudge.go": judgeSource, "runtime/zz_judge.go": runtimeSource} {
		text, ok := bytes.CutPrefix(text, []byte(judgeConstraint))
		if !ok {
			return nil, errors.New(name + " does not begin with its build constraint")
		}
		if err := o.add(filepath.Join(goroot, "src", name), text); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (o *overlay) has(name string) bool {
	_, ok := o.replace[name]
	return ok
}

// add replaces a file.
func (o *overlay) add(name string, text []byte) error {
	made := filepath.Join(o.folder, fmt.Sprintf("%d_%s", len(o.replace), filepath.Base(name)))
	o.replace[name] = made
	return os.WriteFile(made, text, 0o644)
}

func (o *overlay) write() error {
	text, err := json.Marshal(struct{ Replace map[string]string }{o.replace})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.folder, "overlay.json"), text, 0o644)
}
