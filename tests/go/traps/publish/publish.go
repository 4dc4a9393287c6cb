// Package publish holds traps on objects that change behind our back once they are published.
package publish

type Pair struct {
	A, B *int
	Next *Pair
}

var (
	G      *Pair
	Root   Pair
	Saved  *int
	Last   *Pair
	Queue  = make(chan *Pair, 4)
	Table  = map[string]*Pair{}
	OnFire func()
)

func save() {
	if G != nil {
		Saved = G.A
	}
}

func saveNext() {
	if G != nil && G.Next != nil {
		Saved = G.Next.A
	}
}

func fire() {
	if OnFire != nil {
		OnFire()
	}
}

func register(p *Pair) { G = p }

func adopt() { G.Next = &Root }

// A3: no version of p.A is written by the publication; the overwritten value was seen before.
func Overwritten() {
	x := 1       // want: heap x
	y := 2       // want: heap y
	p := &Pair{} // want: heap &Pair{}
	p.A = &x
	G = p
	save()
	p.A = &y
}

// A3: another goroutine reads p.A; no call of this function touches G.
func OverwrittenUnseen() {
	x := 1            // want: heap x
	p := &Pair{A: &x} // want: heap &Pair{...}
	G = p
	tick <- true
	<-tick
	p.A = nil
}

var tick = make(chan bool)

func init() {
	go func() {
		for range tick {
			save()
			tick <- true
		}
	}()
}

// A3: publication before the store.
func StoredAfter() {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	G = p
	p.A = &x
	save()
	p.A = nil
}

// A3: a callee publishes its parameter.
func PublishedByCallee() {
	x := 1     // want: heap x
	var p Pair // want: heap p
	register(&p)
	p.A = &x
	save()
	p.A = nil
}

// A3: published as content of a published object.
func PublishedDeep() {
	x := 1              // want: heap x
	p := &Pair{}        // want: heap &Pair{}
	q := &Pair{Next: p} // want: heap &Pair{...}
	G = q
	p.A = &x
	saveNext()
	p.A = nil
}

// A3: linked into a published object later.
func LinkedAfterPublish() {
	x := 1         // want: heap x
	q := new(Pair) // want: heap new(Pair)
	G = q
	p := &Pair{A: &x} // want: heap &Pair{...}
	q.Next = p
	saveNext()
	p.A = nil
}

// A3: published on one path only.
func OneBranch(k bool) {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	if k {
		G = p
	}
	p.A = &x
	save()
	p.A = nil
}

// A3: the publication at the end of one iteration precedes the store of the next.
func PreviousIteration(n int) {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	for i := 0; i < n; i++ {
		p.A = &x
		save()
		p.A = nil
		G = p
	}
}

func drain() {
	Last = <-Queue
	Saved = Last.A
}

// A3: published by a send.
func Sent() {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	Queue <- p
	p.A = &x
	drain()
	p.A = nil
}

func lookUp() { Saved = Table["p"].A }

// A3: published by a map.
func Mapped() {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	Table["p"] = p
	p.A = &x
	lookUp()
	p.A = nil
}

// A3: published by a closure that captures p and is called later.
func Captured() {
	x := 1                          // want: heap x
	p := &Pair{}                    // want: heap &Pair{}
	OnFire = func() { Saved = p.A } // want: heap func literal
	p.A = &x
	fire()
	p.A = nil
}

// A3: published by a go statement.
func Spawned() {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	ready, done := make(chan bool), make(chan bool)
	go func() {
		<-ready
		Saved, Last = p.A, p
		done <- true
	}()
	p.A = &x
	ready <- true
	<-done
	p.A = nil
}

// A3: after publication a load also yields what others stored there: here the exported Root.
func LoadsUnknown() {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	G = p
	adopt()
	p.Next.A = &x
}

// A3: the object read back from the global is p itself.
func ReadBack() {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	G = p
	q := G
	q.A = &x
	save()
	p.A = nil
}

// A3: published by a struct copy: the copy shares what it points to.
func PublishedByCopy() {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	c := Pair{Next: p}
	Root = c
	p.A = &x
	saveRoot()
	p.A = nil
}

func saveRoot() { Saved = Root.Next.A }

// A3: published by returning it from a callee that also keeps it.
func keepAndReturn() *Pair {
	p := &Pair{} // want: heap &Pair{}
	G = p
	return p
}

// A3: a fresh result that is already published.
func FreshButKnown() {
	x := 1 // want: heap x
	p := keepAndReturn()
	p.A = &x
	save()
	p.A = nil
}

// A3: the interior pointer &p.A is published, and with it the cell p.A.
func InteriorPublished() {
	x := 1       // want: heap x
	p := &Pair{} // want: heap &Pair{}
	Hole = &p.A
	p.A = &x
	saveHole()
	p.A = nil
}

var Hole **int

func saveHole() { Saved = *Hole }
