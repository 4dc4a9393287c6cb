module stackproof.bench/flaws

go 1.24
