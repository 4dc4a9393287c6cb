// Command retaggedfuncs calls a func of one type as one of another, by a conversion that ignores the tags of a struct.
package main

type tagged = struct {
	P *int `json:"p"`
}

type (
	takesPlain  func(struct{ P *int })
	takesTagged func(tagged)
)

var Tagged = []takesTagged{func(t tagged) { *t.P++ }}

var keptInt *int

func byTags() int {
	x := 1 // want: heap x
	for _, f := range Tagged {
		f(tagged{&x})
	}
	return x
}

func main() {
	var f takesPlain = func(p struct{ P *int }) { keptInt = p.P }
	Tagged = append(Tagged, takesTagged(f))
	if n := byTags(); n != 2 || keptInt == nil {
		panic(n)
	}
}
