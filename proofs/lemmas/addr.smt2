; lemma: addr
; d holds the address x, which cell c stands for: an allocation, a parameter, Unknown.
; rules: addr

(declare-const m M)
(declare-const d V)
(declare-const c C)
(declare-const x Word)

; assume
(assert (values env m))

; step
(assert (Addr d c))
(assert (den c x))
(assert (=> (Foreign c) (ext m (owner x))))

; goal
(assert (not
  (values (store env d x) m)))
