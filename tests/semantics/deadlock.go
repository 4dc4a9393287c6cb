// All goroutines wait for ever.
package main

func main() {
	c := make(chan int)
	go func() { select {} }()
	go func() {
		var none chan int
		none <- 1
	}()
	println("waiting")
	<-c
}
