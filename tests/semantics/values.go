// Numbers, text, conversions, comparisons and what is printed of them; the real Go says what is right (tests/harness/semantics.py).
package main

import (
	"math"
	"unsafe"
)

type celsius float32

func floats() {
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1, 1.5, 9.9999999, 123456.789, 1e100, -1e-100, 1e21, 5e-324, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN()} {
		println(x, float32(x))
		var e any = x
		_, isFloat := e.(float64)
		println(isFloat, x == x, x < 1, x <= 1, x > 1, x >= 1, x != x)
		if x > -1e18 && x < 1e18 {
			println(int64(x), int8(int64(x)), uint64(math.Abs(x)), uint32(math.Abs(x)))
		}
	}
	c := celsius(36.6)
	println(c, float64(c), c*2, c/3, -c, c+1, c-1)
	println(math.Sqrt(2), math.Floor(-1.5), math.Ceil(1.5), math.Trunc(-2.7), math.Abs(-3), math.Float64bits(1.5), math.Float32bits(2.5), math.FMA(2, 3, 4))
}

func integers() {
	a, b := int64(math.MinInt64), int64(-1)
	println(a/b, a%b, -a, a*b, a+b, a-b, a&b, a|7, a^b, a&^3, ^a)
	for _, s := range []uint{0, 1, 31, 32, 63, 64, 200} {
		println(int8(-3)<<s, int8(-3)>>s, uint8(200)<<s, uint8(200)>>s, int16(-300)>>s, uint16(60000)>>s, int32(-70000)>>s, uint32(1)<<s, int64(-1)>>s, uint64(1)<<s)
	}
	var i8 int8 = 127
	var u8 uint8 = 255
	var i16 int16 = -32768
	var u16 uint16 = 65535
	var i32 int32 = math.MaxInt32
	var u32 uint32 = math.MaxUint32
	var u64 uint64 = math.MaxUint64
	i8++
	u8++
	i16--
	u16++
	i32++
	u32++
	u64++
	println(i8, u8, i16, u16, i32, u32, u64)
	println(u64-1 > 5, (u64-1)/3, (u64-1)%7, float64(u64-1), float32(u64-1), float64(int64(-5)), float32(u32-1))
	println(min(3, 1, 2), max(2.5, 1), min("b", "a"), max("a", "b", "ab"), min(math.NaN(), 1) != 1, max(math.Copysign(0, -1), 0))
	println(uintptr(unsafe.Sizeof(a)), len([4]int{}), cap(make([]int, 2, 5)))
}

func complexes() {
	a, b := complex(1, 2), complex(3, -4)
	println(a+b, a-b, a*b, a/b, -a, a == b, a != b, real(a), imag(b))
	c := complex64(a)
	println(c, c*c, real(c), complex128(c) == a)
	zero := complex(0, 0)
	println(a/zero, zero/zero, complex(math.Inf(1), 1)/a, a/complex(math.Inf(1), 0), b/complex(0, 2), b/complex(5, 1))
	println(complex(math.NaN(), 1)/a, complex(math.Inf(1), math.NaN())*a, complex(math.Inf(-1), math.Inf(1))*complex(1, math.Inf(1)))
}

func texts() {
	s := "aé€😀\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82z"
	for i, r := range s {
		println(i, r)
	}
	rs := []rune(s)
	println(len(rs), len(string(rs)), string(rs) == s)
	println(string(rune(65)), string(rune(-1)), string(rune(0xD800)), string(rune(0x10FFFF)), string(rune(0x110000)), len(string(rune(0x7ff))), len(string(rune(0xffff))))
	var big uint64 = 1 << 40
	println(string(rune(big)), len(string([]rune{1, 0x80, 0x800, 0x10000, -5})))
	bs := []byte(s)
	bs[0] = 'b'
	println(string(bs[:1]), s[0], len(bs), string(bs[1:1]) == "", string([]byte(nil)) == "", len([]rune("")))
	println("a" < "b", "a" <= "a", "b" > "ab", "ab" >= "abc", "a" == "a", "a" != "b", "" < "a")
	t := s[:1] + "x" + s[1:3]
	println(t, len(t+""), t[1:], t[:0] == "", t[len(t):] == "")
	p := unsafe.StringData(t)
	println(*p, unsafe.String(p, 2), *unsafe.SliceData(bs), len(unsafe.Slice(p, 3)), unsafe.Slice((*int)(nil), 0) == nil)
	q := (*byte)(unsafe.Add(unsafe.Pointer(p), 1))
	println(*q)
}

type point struct{ x, y int }
type mixed struct {
	s string
	f float64
	e any
	a [2]point
	p *point
}

func comparisons() {
	p := &point{1, 2}
	a := mixed{"a", 1, 2, [2]point{{1, 2}, {3, 4}}, p}
	b := a
	println(a == b)
	b.e = int64(2)
	println(a == b, a.e == 2, a.e == int64(2), a.a == b.a, a.p == b.p)
	b.a[1].y++
	println(a.a == b.a, a.a != b.a)
	var e, f any
	println(e == f, e == nil)
	e, f = p, p
	println(e == f, e == any(&point{1, 2}))
	e, f = point{1, 2}, point{1, 2}
	println(e == f)
	e = [2]string{"a", "b"}
	println(e == any([2]string{"a", "b"}), e == any([2]string{"a", "c"}))
	e = struct{}{}
	println(e == any(struct{}{}))
	var c, d chan int
	println(c == d, c == make(chan int))
	e, f = 1.5, float32(1.5)
	println(e == f, e == any(1.5), any(math.NaN()) == any(math.NaN()), any(true) == any(true), any(complex(1, 2)) == any(complex(1, 2)))
	func() {
		defer func() { println(recover().(error).Error()) }()
		println(any([]int{1}) == any([]int{1}))
	}()
	func() {
		defer func() { println(recover().(error).Error()) }()
		m := map[any]int{}
		m[func() {}] = 1
	}()
}

// Grown on the heap: on the stack, the compiler has room for a few elements at first.
var (
	grow  []string
	bytes []byte
)

func copies() {
	a := [3]int{1, 2, 3}
	b := a
	b[0] = 9
	s := a[:]
	s[1] = 7
	t := append(s[:1], 8, 9, 10)
	println(a[0], a[1], a[2], b[0], len(t), t[3])
	u := append(s[:1:1], 5)
	println(a[1], u[1], cap(s[:1:2]))
	println(copy(s, s[1:]), a[0], a[1], a[2], copy(s, []int(nil)), copy([]byte("abc"), "xy"))
	p := (*[2]int)(s)
	p[0] = 42
	println(a[0], [2]int(s)[1])
	var none []int
	none = append(none, none...)
	println(none == nil, len(append([]byte("a"), "bc"...)))
	big := make([][3]*int, 0)
	for i := 0; i < 100; i++ {
		big = append(big, [3]*int{&i})
	}
	println(len(big), *big[99][0])
	clear(s)
	println(a[0], a[1], a[2])
	grow = nil
	last := 0
	for i := 0; i < 2000; i++ {
		grow = append(grow, "x")
		if cap(grow) != last {
			last = cap(grow)
			print(last, " ")
		}
	}
	println()
	bytes = nil
	last = 0
	for i := 0; i < 70000; i++ {
		bytes = append(bytes, 1)
		if cap(bytes) != last {
			last = cap(bytes)
			print(last, " ")
		}
	}
	println()
	empty := append([]struct{}{}, struct{}{}, struct{}{})
	println(len(empty))
}

func main() {
	floats()
	integers()
	complexes()
	texts()
	comparisons()
	copies()
}
