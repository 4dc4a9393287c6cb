; lemma: held
; What heap storage holds is on the heap, or beyond the frame (and then, by `leave`, on the heap where it is a site).
; rules: storage held holds holdsw holdg

(declare-const m M)
(declare-const l Loc)

; assume
(assert (memory heap m))

; step
(assert (and (local (own l)) (not (retired (own l)))))
(assert (or (heapG (oabs (own l))) (HeapKind (oabs (own l)))))
(assert (not (= (select heap l) nil)))

; goal
(assert (not
  (or (ext m (owner (select heap l))) (heapG (oabs (owner (select heap l)))))))
