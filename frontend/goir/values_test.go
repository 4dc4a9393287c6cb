package main

import (
	"strings"
	"testing"
)

const valuesSource = `package a

import "unsafe"

type base struct{ X int }

type noted struct {
	base
	c <-chan int "json:\"c\""
}

var v noted

var table = [3]float64{0.5, 0, 2}

func F(s string, c complex64, p unsafe.Pointer) (string, float32, complex64, unsafe.Pointer) {
	return s + "a constant that is longer than thirty-two bytes", 0.1, c * (1 - 2i), unsafe.Pointer(uintptr(8))
}
`

// TestValues wants constants in full under -values, and tables of constants with their stores.
func TestValues(t *testing.T) {
	dir := module(t, map[string]string{"a.go": valuesSource})
	status, text, errs := goir("-values", "-C", dir, ".")
	if status != exitOK {
		t.Fatal(errs)
	}
	for _, want := range []string{
		`%3 "a constant that is longer than thirty-two bytes"`,
		" num:0x1.99999ap-04",
		" num:0x1p+00:-0x1p+01",
		" num:0x1p-01",
		" num:0x1p+01",
		`:1 "json:\"c\""`,
		`:0 "true"`,
		` "recv"`,
		` "m"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	plain := exportText(t, dir)
	if strings.Contains(plain, "num:") || strings.Contains(plain, "meta tag:") || strings.Contains(plain, `%3 "a constant that is longer than thirty-two bytes"`) {
		t.Error("constants in full without -values")
	}
}
