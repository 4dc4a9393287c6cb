package recursion

// The twins of stack/recursion/trees.go: a node is kept, by the function that walks or by another node, however deep it lies.

type treeNode interface {
	firstChild() treeNode
	nextSibling() treeNode
}

type twig struct{ next treeNode }

func (l *twig) firstChild() treeNode  { return nil }
func (l *twig) nextSibling() treeNode { return l.next }

type fork struct{ first, next treeNode }

func (b *fork) firstChild() treeNode  { return b.first }
func (b *fork) nextSibling() treeNode { return b.next }

func walkTree(n treeNode, enter func(treeNode, bool) error) error {
	if err := enter(n, true); err != nil {
		return err
	}
	for c := n.firstChild(); c != nil; c = c.nextSibling() {
		if err := walkTree(c, enter); err != nil {
			return err
		}
	}
	return enter(n, false)
}

var lastLeaf treeNode

// The leaf is the child's sibling's child's sibling.
func KeepLeaf() {
	last := twig{} // want: heap last
	walkTree(&fork{first: &twig{next: &fork{first: &twig{next: &last}}}}, func(n treeNode, _ bool) error {
		if l, ok := n.(*twig); ok {
			lastLeaf = l
		}
		return nil
	})
}

// A node that keeps itself when it is asked for its sibling.
type proud struct{ n int }

func (p *proud) firstChild() treeNode { return nil }
func (p *proud) nextSibling() treeNode {
	lastLeaf = p
	return nil
}

func KeepProud() {
	p := proud{} // want: heap p
	walkTree(&fork{first: &fork{first: &fork{first: &p}}}, func(treeNode, bool) error { return nil })
}

// What the function counts in is kept by a node that is handed the function.
type hook interface {
	down(func()) hook
	along(func()) hook
}

type middle struct{ d, a hook }

func (m *middle) down(func()) hook  { return m.d }
func (m *middle) along(func()) hook { return m.a }

var lastHook func()

type catcher struct{}

func (catcher) down(f func()) hook  { return nil }
func (catcher) along(f func()) hook { lastHook = f; return nil }

func climb(h hook, f func()) {
	for c := h.down(f); c != nil; c = c.along(f) {
		climb(c, f)
	}
}

func KeepHook() {
	n := 0                                                               // want: heap n
	climb(&middle{d: &middle{d: &middle{d: catcher{}}}}, func() { n++ }) // want: heap func literal
}
