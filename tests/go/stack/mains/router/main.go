// Command router is the twin of handlers: the registered handlers keep nothing.
package main

type request struct {
	id   int
	body *int
}

type handler func(*request)

var routes = map[string]handler{}

func handle(path string, h handler) { routes[path] = h }

// The handler comes out of a global map; all functions of that type are known.
func serve(path string, id int) int {
	n := id              // want: stack n
	r := request{id, &n} // want: stack r
	if h := routes[path]; h != nil {
		h(&r)
	}
	return *r.body
}

// The wrapper leaves, into the table.
func twice(h handler) handler {
	return func(r *request) { // want: heap func literal
		h(r)
		h(r)
	}
}

func init() {
	handle("/", func(r *request) { *r.body++ })
	handle("/log", twice(func(r *request) { *r.body += r.id }))
}

func main() {
	if serve("/", 1)+serve("/log", 2) != 8 {
		panic("router")
	}
}
