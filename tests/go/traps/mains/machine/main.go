// Command machine holds traps on state machines: functions that return functions, and an interpreter's stack.
package main

type state func(*machine) state

type machine struct {
	stack []*int
	regs  [4]*int
	n     int
}

// x is pushed by one state and popped by another.
func start(m *machine) state {
	x := 1 // want: heap x
	m.stack = append(m.stack, &x)
	return loop
}

// Each state's local waits in a register while the state runs again.
func loop(m *machine) state {
	y := m.n // want: heap y
	m.regs[m.n&3] = &y
	m.n++
	if m.n < 6 {
		return loop
	}
	return finish
}

// The next state is a closure over a local of this frame.
func finish(m *machine) state {
	z := 10                         // want: heap z
	return func(m *machine) state { // want: heap func literal
		z += *m.stack[0]
		for _, r := range m.regs {
			z += *r
		}
		m.n = z
		return nil
	}
}

func main() {
	var m machine
	for s := state(start); s != nil; {
		s = s(&m)
	}
	if m.n != 25 {
		panic(m.n)
	}
}
