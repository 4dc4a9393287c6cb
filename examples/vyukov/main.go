// Command vyukov holds the thirteen sections of Vyukov's list, a file each;
// the litmus tests, which import std, are in l1 and l2. Each example has a
// twin that differs in one line and whose object really leaves its frame.
package main

// What a twin stores here outlives every frame.
var (
	sinkInt    *int
	sinkRef    **int
	sinkInts   []int
	sinkRefs   []*int
	sinkBytes  []byte
	sinkString string
	sinkAny    any
	sinkAnys   []any
	sinkHolder *holder
)

func main() {
	capturedInPlace(1)
	capturedInPlaceTwin(2)
	deferredCall(3)
	deferredCallTwin(4)

	variadicPointers(5)
	variadicPointersTwin(6)
	variadicAny(7)
	variadicAnyTwin(8)

	storeThroughPointer(9)
	storeThroughPointerTwin(10)
	storeThroughField(11)
	storeThroughFieldTwin(12)

	elementField(13)
	elementFieldTwin(14)
	mapValue(15)
	mapValueTwin(16)
	mapKey(17)
	mapKeyTwin(18)

	setter("ann")
	setterTwin("bob")
	constructor("cal")
	constructorTwin("dan")

	argumentLevel(19)
	argumentLevelTwin(20)

	assignmentLevel(21)
	assignmentLevelTwin(22)

	assertionLevel(23)
	assertionLevelTwin(24)
	methodLevel(25)
	methodLevelTwin(26)

	parameterContent(27)
	parameterContentTwin(28)

	structFields(29)
	structFieldsTwin(30)
	arrayElements(31)
	arrayElementsTwin(32)
	keysAndValues(33)
	keysAndValuesTwin(34)

	sinkString = copiedOut(35)
	sinkString = copiedOutTwin(36)

	readOnly('e')
	readOnlyTwin('e')

	appended(37)
	appendedTwin(38)
	appendedPointer(39)
	appendedPointerTwin(40)
}
