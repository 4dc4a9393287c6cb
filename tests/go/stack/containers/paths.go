package containers

type shelf struct {
	books  map[string]*int
	bought *int
}

// What the map of a callee's frame holds is storage of the heap: the book does, what lies beside the books does not.
func (s *shelf) lend() int {
	m := map[string]*int{"a": s.books["b"]}
	return count(m)
}

func count(m map[string]*int) int { return len(m) }

// LendBook is the twin of LendBought.
func LendBook(books map[string]*int) int {
	s := &shelf{books: books, bought: new(int)} // want: stack new(int), stack &shelf{...}
	return s.lend()
}

// LendBought puts what it bought among the books.
func LendBought() int {
	b := new(int) // want: bounded new(int)
	s := &shelf{books: map[string]*int{"b": b}, bought: b}
	return s.lend()
}

type room struct{ s *shelf }

type house struct{ r *room }

type street struct {
	h     *house
	board chan *int
}

// Longer than the names that a summary has: what is beneath the house lies in the map, with the book.
func (s *street) lend() int {
	m := map[string]*int{"a": s.h.r.s.books["b"]}
	return count(m)
}

func LendFar(books map[string]*int) int {
	s := &street{h: &house{&room{&shelf{books: books, bought: new(int)}}}} // goal: stack new(int), stack &shelf{...}
	return s.lend()
}

// The same where a channel has it.
func (s *street) post() int {
	var m map[string]*int
	select {
	case p := <-s.board:
		m = map[string]*int{"a": p}
	default:
		m = map[string]*int{"b": <-s.board}
	}
	return count(m)
}

func Post(board chan *int) int {
	s := &street{h: &house{&room{&shelf{bought: new(int)}}}, board: board} // want: stack new(int), stack &shelf{...}
	return s.post()
}
