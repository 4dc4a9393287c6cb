// Package clones has what lies in clones.
package clones

import "maps"

func OfMap() *int {
	x := 1 // want: heap x
	m := map[string]*int{"x": &x}
	return maps.Clone(m)["x"]
}
