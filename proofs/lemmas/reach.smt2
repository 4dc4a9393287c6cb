; lemma: reach
; What can be reached from what is beyond the frame is beyond the frame.
; rules: deep deepw

(declare-const m M)

; assume
(assert (memory heap m))
(assert (published heap m))

; step: none, of one state

; goal
(assert (not
  (closed heap m)))
