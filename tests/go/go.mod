module stackproof.test

go 1.24
