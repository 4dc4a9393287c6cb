// Package containers has objects whose address is in heap storage that dies with the frame:
// stack under --runtime=ideal, heap under --runtime=go.
package containers

// The value of a local map.
func MapValue() int {
	x := 1                 // want: bounded x
	m := map[string]*int{} // want: stack map[string]*int{}
	m["x"] = &x
	return *m["x"]
}

// The key of a local map.
func MapKey() bool {
	x := 1 // want: bounded x
	m := map[*int]bool{}
	m[&x] = true
	return m[&x]
}

// Key and value apart: the keys leave.
func MapKeyLeaves() *int {
	x, y := 1, 2 // want: heap x, bounded y
	m := map[*int]*int{}
	m[&x] = &y
	for k := range m {
		return k
	}
	return nil
}

// Key and value apart: the values leave.
func MapValueLeaves() *int {
	x, y := 1, 2 // want: bounded x, heap y
	m := map[*int]*int{&x: &y}
	for _, v := range m {
		return v
	}
	return nil
}

// A map literal.
func MapLiteral() int {
	x, y := 1, 2                           // want: bounded x, bounded y
	m := map[string]*int{"x": &x, "y": &y} // want: stack map[string]*int{...}
	return *m["x"] + *m["y"]
}

type box struct{ p, q *int }

// A struct as the value of a map.
func MapStruct() int {
	x := 1 // want: bounded x
	m := make(map[int]box)
	m[1] = box{p: &x}
	return *m[1].p
}

// A map in a map.
func MapNested() int {
	x := 1 // want: bounded x
	m := map[int]map[int]*int{1: {}}
	m[1][2] = &x
	return *m[1][2]
}

// Deleted again.
func MapDeleted() int {
	x := 1 // want: bounded x
	m := map[int]*int{}
	m[1] = &x
	r := *m[1]
	delete(m, 1)
	return r
}

// The backing array may be grown: it is heap storage then.
func Appended() int {
	x := 1 // want: bounded x
	var s []*int
	s = append(s, &x)
	return *s[0]
}

// Twin of traps AppendInPlace: the array is local, but append may have grown.
func AppendedInPlace(n int) int {
	x := 1 // want: bounded x
	var a [4]*int
	s := a[:0]
	for i := 0; i < n; i++ {
		s = append(s, &x)
	}
	return *s[0]
}

// Copied into the grown array by append.
func AppendCopies() int {
	x := 1 // want: bounded x
	s := []*int{&x}
	s = append(s, nil)
	return *s[0]
}

// A channel's buffer.
func Channel() int {
	x := 1 // want: bounded x
	c := make(chan *int, 1)
	c <- &x
	return *<-c
}

// A struct in a channel, received by select.
func ChannelSelect() int {
	x := 1 // want: bounded x
	c := make(chan box, 1)
	select {
	case c <- box{q: &x}:
	default:
	}
	select {
	case b := <-c:
		return *b.q
	default:
		return 0
	}
}

// A made slice of unknown length may be on the heap.
func MadeSlice(n int) int {
	x := 1 // want: bounded x
	s := make([]*int, n)
	for i := range s {
		s[i] = &x
	}
	return *s[0]
}

// Too large for a frame, and so is what it points to.
func Large(i int) int {
	x := 1                // want: bounded x
	var big [1 << 15]*int // want: heap big
	for j := range big {
		big[j] = &x
	}
	return *big[i&(1<<15-1)]
}

// A large made slice.
func LargeSlice() int {
	x := 1                   // want: bounded x
	s := make([]*int, 16384) // want: heap make([]*int, 16384)
	s[3] = &x
	return *s[3]
}

// The runtime allocates channels, wherever they go.
func channelAlone() int {
	c := make(chan int, 1) // want: bounded make(chan int, 1)
	c <- 1
	return <-c
}
