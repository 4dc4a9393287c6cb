package budgets

// Access paths longer than a summary names: what is called through them keeps its dynamic type.

type keeper struct{ kept *int }

type taker interface{ take(p *int) }

func (k *keeper) take(p *int) { k.kept = p }

type l1 struct{ next *l2 }
type l2 struct{ next *l3 }
type l3 struct{ next *l4 }
type l4 struct {
	t    taker
	f    func(p *int)
	slot *int
}

func callDeep(x *l1, p *int) { x.next.next.next.t.take(p) }

func funcDeep(x *l1, p *int) { x.next.next.next.f(p) }

// A store beyond the named depth, at an offset.
func storeDeep(x *l1, p *int) { x.next.next.next.slot = p }

func DeepInterface(k *keeper) {
	y := 1 // want: heap y
	callDeep(&l1{&l2{&l3{&l4{t: k}}}}, &y)
}

func DeepInterfaceLocal() *int {
	var k keeper
	y := 1 // want: heap y
	callDeep(&l1{&l2{&l3{&l4{t: &k}}}}, &y)
	return k.kept
}

func DeepFunc() {
	y := 1 // want: heap y
	funcDeep(&l1{&l2{&l3{&l4{f: func(p *int) { sink = p }}}}}, &y)
}

func DeepFuncCapture() *int {
	var out *int
	y := 1 // want: heap y
	funcDeep(&l1{&l2{&l3{&l4{f: func(p *int) { out = p }}}}}, &y)
	return out
}

func DeepStore() *int {
	y := 1 // want: heap y
	end := &l4{}
	storeDeep(&l1{&l2{&l3{end}}}, &y)
	return end.slot
}
