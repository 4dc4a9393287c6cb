; lemma: sizes
; What the runtime never puts on a stack.
; rules: size go kind

(declare-const o O)

; assume

; step
(assert (or (Oversize o) (HeapSite o)))

; goal
(assert (not
  (heapG o)))
