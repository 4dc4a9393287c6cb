package arrays

// Elements with constant indices have cells of their own; every way to reach one without naming it must find it.

var sinkElement *int

func VariableRead(i int) {
	x := 1 // want: heap x
	var a [4]*int
	a[2] = &x
	sinkElement = a[i]
}

func VariableWrite(i int) {
	x := 1 // want: heap x
	var a [4]*int
	a[i] = &x
	sinkElement = a[2]
}

func VariableThenClear(i int) {
	x := 1 // want: heap x
	var a [4]*int
	a[i] = &x
	a[0] = nil
	sinkElement = a[0]
	sinkElement = a[1]
}

func BySlice() {
	x := 1 // want: heap x
	var a [4]*int
	s := a[1:3]
	s[0] = &x
	sinkElement = a[1]
}

func FromSlice() {
	x := 1 // want: heap x
	var a [4]*int
	a[3] = &x
	for _, p := range a[:] {
		sinkElement = p
	}
}

func ByRange() {
	x := 1 // want: heap x
	a := [3]*int{1: &x}
	for _, p := range a {
		sinkElement = p
	}
}

func ByCopy() {
	x := 1 // want: heap x
	a := [3]*int{1: &x}
	b := a
	sinkElement = b[1]
}

func ByValueIndex(i int) {
	x := 1 // want: heap x
	sinkElement = makeElements(&x)[i]
}

func makeElements(p *int) [3]*int { return [3]*int{2: p} }

type cells struct {
	n    int
	rows [2][3]*int
	last *int
}

func NestedElements(i, j int) {
	x, y, z := 1, 2, 3 // want: heap x, heap y, heap z
	var c cells
	c.rows[1][2] = &x
	sinkElement = c.rows[i][j]
	c.rows[0] = [3]*int{&y}
	sinkElement = c.rows[0][j]
	row := &c.rows[i]
	row[1] = &z
	sinkElement = c.rows[1][1]
}

type pairs [2]struct{ a, b *int }

func Fields(i int) {
	x, y := 1, 2 // want: heap x, heap y
	var p pairs
	p[1].b = &x
	sinkElement = p[i].b
	p[i].a = &y
	sinkElement = p[0].a
}

func storeAt(a *[4]*int, i int, p *int) { a[i] = p }

func storeFirst(a *[4]*int, p *int) { a[0] = p }

func InCallee(i int) {
	x, y := 1, 2 // want: heap x, heap y
	var a [4]*int
	storeAt(&a, i, &x)
	sinkElement = a[3]
	storeFirst(&a, &y)
	sinkElement = a[i]
}

func loadAt(s []*int, i int) *int { return s[i] }

func SliceInCallee() {
	x := 1 // want: heap x
	a := [4]*int{3: &x}
	sinkElement = loadAt(a[1:], 2)
}

func PointerToElement() {
	x := 1 // want: heap x
	var a [4]*int
	p := &a[2]
	*p = &x
	sinkElement = a[2]
}

func ToArray(i int) {
	x := 1 // want: heap x
	var a [4]*int
	s := a[1:]
	b := (*[2]*int)(s)
	b[0] = &x
	sinkElement = a[1]
}

func Variadic(ps ...*int) *int { return ps[1] }

func CallVariadic() {
	x, y := 1, 2 // want: stack x, heap y
	sinkElement = Variadic(&x, &y)
}

func Interfaces() any {
	x := 1 // want: heap x
	var a [3]any
	a[1] = &x
	return a // want: heap a
}

func Closures(i int) {
	x := 1 // want: heap x
	fs := [2]func(){func() {}, func() { sinkElement = &x }}
	fs[i]()
}
