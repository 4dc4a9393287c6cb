// Command ardan holds the flaws of the Ardan Labs article, each as a small
// function and, right after it, a twin that differs in one line and whose
// object really leaves its frame.
package main

// What a twin stores here outlives every frame.
var (
	sinkInt     *int
	sinkBytes   []byte
	sinkRequest *request
	sinkMeter   meter
)

func main() {
	setWhenMade(1)
	setAfterwards(2)
	setAfterwardsTwin(3)

	literalCall(4)
	literalCallTwin(5)
	variableCall(6)
	variableCallTwin(7)
	wrappedHandler(8)
	wrappedHandlerTwin(9)
	storedHandler(10)
	storedHandlerTwin(11)

	sliceStore(12)
	sliceStoreTwin(13)
	mapStore(14)
	mapStoreTwin(15)
	mapLiteral(16)
	mapLiteralTwin(17)

	localPointer(18)
	localPointerTwin(19)
	localValue(20)
	localValueTwin(21)
	calleePointer(22)
	calleePointerTwin(23)
	calleeValue(24)
	calleeValueTwin(25)

	selfReference([]byte("abc"))
	selfReferenceTwin([]byte("def"))
}
