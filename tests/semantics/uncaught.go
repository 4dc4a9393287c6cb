// A panic that nobody recovers, in a goroutine, on the way through deferred calls: what is printed before, and the exit status.
package main

type failure struct{ code int }

func (f failure) Error() string { return "failure" }

func main() {
	defer println("not printed")
	c := make(chan int)
	go func() {
		defer println("deferred")
		defer func() {
			recover()
			panic(failure{2})
		}()
		panic("first")
	}()
	<-c
}
