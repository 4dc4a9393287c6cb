package unsafeptr

import "unsafe"

// A typed address of one element, read again as a slice or as the address of more, leads to the neighbours.

func asSlice() *int {
	x := 1          // want: heap x
	var arr [4]*int // want: heap arr
	arr[1] = &x
	h := struct {
		p        **int
		len, cap int
	}{&arr[0], 4, 4}
	s := *(*[]*int)(unsafe.Pointer(&h))
	return s[1]
}

func ofSlice() *int {
	x := 1          // want: heap x
	var arr [4]*int // want: heap arr
	arr[1] = &x
	var s []*int
	h := (*struct {
		p        **int
		len, cap int
	})(unsafe.Pointer(&s))
	h.p = &arr[0]
	h.len = 4
	return s[1]
}

func asStruct() *int {
	x := 1 // want: heap x
	var both struct{ a, b *int }
	both.b = &x
	p := &both.a
	r := *(**struct{ a, b *int })(unsafe.Pointer(&p))
	return r.b
}

func asArray() *int {
	x := 1 // want: heap x
	var both struct{ a, b *int }
	both.b = &x
	p := &both.a
	r := *(**[100]*int)(unsafe.Pointer(&p))
	return r[1]
}

func bySlice() *int {
	x := 1 // want: heap x
	var arr [4]*int
	arr[1] = &x
	s := unsafe.Slice(&arr[0], 4)
	return s[1]
}

// The same by way of a word that is read as a raw one.
func byRawWord() *int {
	x := 1 // want: heap x
	var arr [4]*int
	arr[1] = &x
	p := &arr[0]
	raw := *(*unsafe.Pointer)(unsafe.Pointer(&p))
	var s []*int
	h := (*struct {
		p        unsafe.Pointer
		len, cap int
	})(unsafe.Pointer(&s))
	h.p = raw
	h.len = 4
	return s[1]
}

func byNumber() *int {
	x := 1 // want: heap x
	var arr [4]*int
	arr[1] = &x
	p := &arr[0]
	raw := *(*uintptr)(unsafe.Pointer(&p))
	var s []*int
	h := (*struct {
		p        uintptr
		len, cap int
	})(unsafe.Pointer(&s))
	h.p = raw
	h.len = 4
	return s[1]
}

// What the runtime laid out for a map, read word by word.
func byTable() *int {
	x := 1 // want: heap x
	m := map[int]*int{1: &x}
	table := *(**int)(unsafe.Pointer(&m))
	group := *(**int)(unsafe.Pointer(table))
	return *(**int)(unsafe.Pointer(group))
}

// What lies behind the first element need not be of its type.
func bySliceOfOthers() *int {
	x := 1 // want: heap x
	var inner struct{ a, b *int }
	inner.b = &x
	var both struct {
		a *[100]*int
		b **int
	}
	both.b = &inner.a
	s := unsafe.Slice(&both.a, 2)
	return s[1][1]
}

var _ = []any{bySliceOfOthers, byTable, byRawWord, byNumber, asSlice, ofSlice, asStruct, asArray, bySlice}

// Many numbers, more than the analysis tells apart.
type numbers struct {
	n0, n1, n2, n3, n4, n5, n6, n7, n8, n9           uintptr
	n10, n11, n12, n13, n14, n15, n16, n17, n18, n19 uintptr
	n20, n21, n22, n23, n24, n25, n26, n27, n28, n29 uintptr
	n30, n31, n32, n33, n34, n35, n36, n37, n38, n39 uintptr
	n40, n41, n42, n43, n44, n45, n46, n47, n48, n49 uintptr
	n50, n51, n52, n53, n54, n55, n56, n57, n58, n59 uintptr
	n60, n61, n62, n63, n64, n65, n66, n67, n68, n69 uintptr
	n70, n71, n72, n73, n74, n75, n76, n77, n78, n79 uintptr
}

// The second element is an address, read as a number, which becomes a slice again.
func byManyNumbers() *int {
	x := 1 // want: heap x
	var arr [4]*int
	arr[1] = &x
	var both struct {
		first numbers
		p     **int
		rest  numbers
	}
	both.p = &arr[0]
	raw := unsafe.Slice(&both.first, 2)[1].n0
	var s []*int
	h := (*struct {
		p        uintptr
		len, cap int
	})(unsafe.Pointer(&s))
	h.p = raw
	h.len = 4
	return s[1]
}

var _ = byManyNumbers
