// Command variant holds traps on syntax trees: sums of types, visitors and rewriting.
package main

type expr interface{ accept(v visitor) expr }

type visitor interface {
	number(*number) expr
	sum(*sum) expr
}

type number struct{ n int }

type sum struct{ l, r expr }

func (e *number) accept(v visitor) expr { return v.number(e) }
func (e *sum) accept(v visitor) expr    { return v.sum(e) }

// The rewriter returns nodes that it makes, or the ones that it got.
type double struct{ seen int }

// A fresh node, or the one that came.
func (d *double) number(e *number) expr {
	d.seen++
	if e.n > 9 {
		return e
	}
	return &number{2 * e.n} // want: heap &number{...}
}

func (d *double) sum(e *sum) expr {
	e.l = e.l.accept(d)
	e.r = e.r.accept(d)
	return e
}

// The collector keeps the nodes that it visits.
type collect struct{ all []*number }

func (c *collect) number(e *number) expr { c.all = append(c.all, e); return e }

func (c *collect) sum(e *sum) expr {
	e.l.accept(c)
	e.r.accept(c)
	return e
}

// A local visitor: d itself stays, the tree goes through it and out again.
func rewrite(n int) expr {
	leaf := number{n}         // want: heap leaf
	tree := sum{&leaf, &leaf} // want: heap tree
	var d double
	return (&tree).accept(&d)
}

// The leaf is kept by the collector, which the caller owns.
func gather(c *collect, n int) {
	leaf := number{n}           // want: heap leaf
	t := sum{&leaf, &number{1}} // want: heap &number{...}
	t.accept(c)
}

func value(e expr) int {
	switch e := e.(type) {
	case *number:
		return e.n
	case *sum:
		return value(e.l) + value(e.r)
	}
	return 0
}

func main() {
	var c collect
	gather(&c, 3)
	if n := value(rewrite(2)) + value(rewrite(10)); n != 28 || c.all[0].n != 3 || c.all[1].n != 1 {
		panic(n)
	}
}
