// What print and println write by themselves, to standard error, and what min, max, clear, delete, copy and conversions make of odd values;
// the real Go says what is right (tests/harness/semantics.py).
package main

import (
	"fmt"
	"math"
)

type word uint16
type text string

func floats(f, g, h float32, c complex64) {
	zero := 0.0
	println(1.5, zero, -zero, math.Copysign(0, -1), 9.9999999999, 123456789.0, 0.1, 1e21)
	println(1e300, 1e-300, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN())
	println(f, g, h, c, complex(1, -2), complex(math.Inf(1), math.NaN()))
}

func nothing(s []int, m map[int]int, a any, e error, p *int, f func(), c chan int) {
	println(s, m, a, e, p, f, c)
	println(uintptr(7), uint8(3), int8(-3), uint64(math.MaxUint64), int64(math.MinInt64), word(9), text("named"), true, false, "text", 'x', int16(-300), uint32(1<<31))
	println()
	print("a", 1, -2, 3.5, true, "\n")
	print()
}

func least() {
	nan, zero := math.NaN(), 0.0
	minus := math.Copysign(0, -1)
	fmt.Println(min(1.5, nan), max(nan, 1.5), min(zero, minus), min(minus, zero), max(zero, minus), max(minus, zero), max(minus, minus))
	fmt.Println(math.Signbit(min(zero, minus)), math.Signbit(min(minus, zero)), math.Signbit(max(zero, minus)), math.Signbit(max(minus, zero)))
	fmt.Println(min("b", "a", "ab"), max("b", "a", "ba"), min(3, 1, 2), max(uint8(3), 200, 7), min(int8(-3), 4), max(float32(1), 2), min(nan, nan, 1), max(2, nan, 3.5))
	f, g := float32(nan), float32(minus)
	fmt.Println(min(f, 1), max(g, 0), min(g, 0), math.Signbit(float64(min(g, 0))), min("", "x"), max("", "x"))
}

func empties() {
	var m map[string]int
	delete(m, "none")
	clear(m)
	fmt.Println(len(m), m["x"])
	m = map[string]int{"a": 1, "b": 2}
	delete(m, "none")
	delete(m, "a")
	clear(m)
	clear(m)
	m["c"] = 3
	fmt.Println(len(m), m)
	s := []string{"x", "y", "z"}
	clear(s[1:2])
	clear(s[:0])
	clear([]int(nil))
	fmt.Printf("%q %d %d\n", s, copy(s, s[1:]), copy([]byte("abc"), "xy"))
	fmt.Println(copy(s, []string(nil)), copy([]byte(nil), ""), len(append([]int(nil))), len(append(s, s...)), cap(append([]int{}, 1)) > 0, string(append([]byte("a"), "bc"...)))
	var c chan int
	fmt.Println(len(c), cap(c), len(make(chan int, 3)), cap(make(chan int, 3)))
}

func texts() {
	bad := string([]byte{'a', 0xff, 0xc0, 0x80, 'b', 0xe2, 0x82, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80, 0xe2, 0x82, 0xac, 0xc1, 0xbf})
	for k, r := range bad {
		print(k, ":", r, " ")
	}
	println()
	fmt.Println([]rune(bad), len([]rune(bad)), []byte(string([]rune{-1, 0x110000, 0xd800, 'x', 0x7ff, 0xffff, 0x10ffff})))
	large, huge := int64(1)<<40, uint64(math.MaxUint64)
	fmt.Printf("%q %q %q %q %q %q\n", string(rune(large&0xff|'a')), string(rune(-1)), string(rune(0xd800)), string(rune(0x10ffff)), string(rune(huge)), string(rune(0x20ac)))
	fmt.Println([]byte("") == nil, []rune("") == nil, string([]byte(nil)) == "", string([]rune(nil)) == "", string([]word2{})+"", []byte(text("named")), text([]byte{'n'}))
}

type word2 = rune
type code rune
type runes []code
type octet byte
type octets []octet

func conversions() {
	fmt.Println(string(runes{'a', 'é'}), runes("aé"), string(octets{'o', 'k'}), octets("ok"))
	f, g := 3.99, -3.99
	big, small := 1e15, -1e15
	fmt.Println(int(f), int(g), int8(f), int16(g), uint8(f), uint16(f), uint32(f), uint64(f), int32(g), int64(big), int64(small), uint64(big), uint64(1<<63), uintptr(f))
	over := 1.5e19
	fmt.Println(uint64(over), float32(f), float64(float32(0.1)), float32(uint64(math.MaxUint64)), float64(uint64(math.MaxUint64)), float32(int64(-7)), float64(int8(-7)), float32(uint8(200)))
	n, u := -1, uint64(math.MaxUint64)
	fmt.Println(uint8(n), uint16(n), uint32(n), uint64(n), int8(u), int16(u), int32(u), int64(u), uintptr(n), float64(u), float32(n))
	var h float32 = 16777217
	c := complex64(complex(f, g))
	fmt.Println(h, float64(h), int(h), uint64(h), c, complex128(c), real(c), imag(c), complex64(c) == c, complex(h, 1) == complex(h, 1), -c, c*c, c/c, c+c-c)
	fmt.Println(complex(1, 2) == complex(1, 2), complex(1, 2) == complex(1, 3), complex(1, 2) != complex(2, 2), h == 16777216, h != h)
}

func main() {
	floats(1.1, math.MaxFloat32, 3, complex(0.1, 1e10))
	nothing(nil, nil, nil, nil, nil, nil, nil)
	least()
	empties()
	texts()
	conversions()
}
