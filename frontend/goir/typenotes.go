package main

import (
	"fmt"
	"go/types"
)

// typeNotes writes what reflection tells of types and the analyses do not need, as meta records: `tag:N:K` is the tag of field
// K of struct type #N, `embedded:N:K` says that it is embedded, `dir:N` is the direction of a channel type, recv or send,
// `pkgpath:N` the package that a struct type's unexported fields belong to.
func (x *exporter) typeNotes() {
	for i, t := range x.types.list {
		switch t := t.(type) {
		case *types.Chan:
			switch t.Dir() {
			case types.SendOnly:
				x.meta(fmt.Sprintf("dir:%d", i+1), "send")
			case types.RecvOnly:
				x.meta(fmt.Sprintf("dir:%d", i+1), "recv")
			}
		case *types.Struct:
			if path := x.packageOfFields(t); path != "" {
				x.meta(fmt.Sprintf("pkgpath:%d", i+1), path)
			}
			for k := range t.NumFields() {
				if tag := t.Tag(k); tag != "" {
					x.meta(fmt.Sprintf("tag:%d:%d", i+1, k), tag)
				}
				if t.Field(k).Embedded() {
					x.meta(fmt.Sprintf("embedded:%d:%d", i+1, k), "true")
				}
			}
		}
	}
}

// packageOfFields is the path of the package that a struct's unexported fields belong to, as reflection has it.
func (x *exporter) packageOfFields(t *types.Struct) string {
	for f := range t.Fields() {
		if f.Exported() || f.Pkg() == nil {
			continue
		}
		if f.Pkg().Name() == "main" {
			return "main"
		}
		return f.Pkg().Path()
	}
	return ""
}
