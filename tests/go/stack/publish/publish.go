// Package publish has the precise twins of traps/publish: what is published is not the object, or no more.
package publish

type Pair struct {
	A, B *int
	Next *Pair
}

var (
	GPair Pair
	Saved *int
	Queue = make(chan *int, 8)
)

// Twin of Overwritten: the content is published after the update.
func OverwrittenBefore() {
	x := 1       // want: stack x
	y := 2       // want: heap y
	p := &Pair{} // want: stack &Pair{}
	p.A = &x
	p.A = &y
	Saved = p.A
}

// The other field is published.
func OtherField() {
	x := 1       // want: stack x
	p := &Pair{} // want: stack &Pair{}
	p.A = &x
	Saved = p.B
}

// Twin of StoredAfter: the content was published before the store, not the object.
func ContentBefore() {
	x := 1       // want: stack x
	p := &Pair{} // want: stack &Pair{}
	Saved = p.A
	p.A = &x
}

// Twin of PublishedByCopy: a copy of the struct is published, then the original changes.
func CopyBefore() {
	x := 1       // want: stack x
	p := &Pair{} // want: stack &Pair{}
	GPair = *p
	p.A = &x
}

// The copy is published after the field was cleared.
func CopyCleared() {
	x := 1     // want: stack x
	var p Pair // want: stack p
	q := &p
	q.A = &x
	q.A = nil
	GPair = p
}

// The copy's field was cleared, not the original's.
func CopyWithout() {
	x := 1     // want: stack x
	var p Pair // want: stack p
	q := &p
	q.B = &x
	c := *q
	c.B = nil
	GPair = c
}

// Twin of OneBranch: on the publishing branch the field is cleared.
func Branches(k bool) int {
	x := 1       // want: stack x
	p := &Pair{} // want: stack &Pair{}
	p.A = &x
	if k {
		p.A = nil
		Saved = p.A
		return 0
	}
	return *p.A
}

// Published on a branch that did not store.
func OtherBranch(k bool) int {
	x := 1       // want: stack x
	p := &Pair{} // want: stack &Pair{}
	if k {
		p.A = &x
	} else {
		Saved = p.A
		return 0
	}
	return *p.A
}

// Twin of Sent: the value goes, not the pointer.
func SentOther() {
	x := 1       // want: stack x
	p := &Pair{} // want: stack &Pair{}
	p.A = &x
	Queue <- p.B
}

func take(p *Pair) *int {
	v := p.A
	return v
}

// A callee's result is published, computed before the store.
func ResultBefore() {
	x := 1       // want: stack x
	p := &Pair{} // want: stack &Pair{}
	r := take(p)
	p.A = &x
	Saved = r
}

// Two levels: the outer object stays here, the inner field that is published is another one.
func DeepOther() {
	x := 1              // want: stack x
	p := &Pair{}        // want: stack &Pair{}
	q := &Pair{Next: p} // want: stack &Pair{...}
	p.A = &x
	Saved = q.Next.B
}

// The variable, not memory: p is re-assigned before it is published.
func Variable() {
	x, y := 1, 2 // want: stack x, heap y
	p := &x
	*p = 3
	p = &y
	Saved = p
}

// A call between, that knows nothing of p.
func CallBetween() {
	x := 1       // want: stack x
	p := &Pair{} // want: stack &Pair{}
	p.A = &x
	save()
	p.A = nil
	Saved = p.A
}

func save() { Saved = GPair.A }
