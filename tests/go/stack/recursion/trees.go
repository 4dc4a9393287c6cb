package recursion

// Recursion over trees whose children only callers know, through two methods in turn. The twins are in traps/recursion/trees.go.

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

// The function is called, whatever the nodes are.
func CountNodes(n treeNode) int {
	k := 0                                          // want: stack k
	walkTree(n, func(_ treeNode, down bool) error { // want: stack func literal
		if down {
			k++
		}
		return nil
	})
	return k
}

// The nodes are only looked at.
func CountBranches() int {
	k := 0                               // want: stack k
	last := twig{}                       // want: stack last
	b := fork{first: &twig{next: &last}} // want: stack b
	walkTree(&b, func(n treeNode, _ bool) error {
		if _, ok := n.(*fork); ok {
			k++
		}
		return nil
	})
	return k
}
