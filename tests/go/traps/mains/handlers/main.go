// Command handlers holds traps on handlers that are registered first and called later.
package main

type request struct {
	id   int
	body *int
}

type handler func(*request)

var (
	routes = map[string]handler{}
	log    []*request
)

func handle(path string, h handler) { routes[path] = h }

// A8: the handler is found by a map of functions, one of them logs the request.
func serve(path string, id int) {
	r := request{id: id} // want: heap r
	n := id              // want: heap n
	r.body = &n
	if h := routes[path]; h != nil {
		h(&r)
	}
}

// A wrapper: the closure captures the inner handler.
func logged(h handler) handler {
	return func(r *request) { // want: heap func literal
		log = append(log, r)
		h(r)
	}
}

func init() {
	handle("/", func(r *request) { *r.body++ })
	handle("/log", logged(func(r *request) { *r.body += 2 }))
}

func main() {
	serve("/", 1)
	serve("/log", 2)
	serve("/none", 3)
	if len(log) != 1 || *log[0].body != 4 {
		panic("handlers")
	}
}
