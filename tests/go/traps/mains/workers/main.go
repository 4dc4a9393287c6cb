// Command workers holds traps on goroutines of a closed program.
package main

type task struct {
	in  *int
	out chan *int
}

func worker(tasks <-chan task, done chan<- bool) {
	var best *int
	for t := range tasks {
		if best == nil || *t.in > *best {
			best = t.in
		}
		t.out <- best
	}
	done <- true
}

// carried: the worker holds the best input of all rounds.
func send(tasks chan<- task, n int) *int {
	x := n // want: heap x
	out := make(chan *int)
	tasks <- task{&x, out}
	return <-out
}

// The object of the goroutine's frame is read after it has ended.
func produce(slot **int, done chan<- bool) {
	y := 7 // want: heap y
	*slot = &y
	done <- true
}

func run() int {
	tasks, done := make(chan task), make(chan bool)
	go worker(tasks, done)
	sum := 0
	for i := 1; i <= 3; i++ {
		sum += *send(tasks, i%3)
	}
	close(tasks)
	<-done
	var slot *int
	go produce(&slot, done)
	<-done
	return sum + *slot
}

func main() {
	if n := run(); n != 12 {
		panic(n)
	}
}
