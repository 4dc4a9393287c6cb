package main

// literalCall calls a function literal where it stands.
func literalCall(n int) {
	y := n // flaw: ardan-2a indirect call, literal ; want: stack y
	func(p *int) {
		*p *= 2
	}(&y)
	println(y)
}

func literalCallTwin(n int) {
	y := n // want: heap y
	func(p *int) {
		sinkInt = p
	}(&y)
	println(y)
}

// variableCall calls through a variable that holds a single function.
func variableCall(n int) {
	y := n // flaw: ardan-2b indirect call, variable ; want: stack y
	twice := func(p *int) {
		*p *= 2
	}
	twice(&y)
	println(y)
}

func variableCallTwin(n int) {
	y := n // want: heap y
	twice := func(p *int) {
		sinkInt = p
	}
	twice(&y)
	println(y)
}

type request struct {
	path string
	hits int
}

type handler func(*request)

func count(r *request) { r.hits++ }

func remember(r *request) { sinkRequest = r }

// logged wraps a handler, as middleware does.
func logged(h handler) handler {
	return func(r *request) { // want: heap func literal
		println("serving", r.path)
		h(r)
	}
}

// wrappedHandler calls what logged gives back. The wrapper is on the heap, but
// it holds only the handler, and the handler keeps nothing.
func wrappedHandler(n int) {
	r := request{path: "/", hits: n} // flaw: ardan-2c indirect call, wrapped handler ; want: stack r
	h := logged(count)
	h(&r)
	println(r.hits)
}

func wrappedHandlerTwin(n int) {
	r := request{path: "/", hits: n} // want: heap r
	h := logged(remember)
	h(&r)
	println(r.hits)
}

type route struct {
	serve handler
}

func (rt *route) use(h handler) {
	rt.serve = func(r *request) { // want: heap func literal
		println("routed", r.path)
		h(r)
	}
}

func (rt *route) handle(r *request) { rt.serve(r) }

// storedHandler calls a handler that was put into a field before.
func storedHandler(n int) {
	r := request{path: "/stored", hits: n} // flaw: ardan-2d indirect call, stored handler ; want: stack r
	var rt route                           // want: stack rt
	rt.use(count)
	rt.handle(&r)
	println(r.hits)
}

func storedHandlerTwin(n int) {
	r := request{path: "/stored", hits: n} // want: heap r
	var rt route                           // want: stack rt
	rt.use(remember)
	rt.handle(&r)
	println(r.hits)
}
