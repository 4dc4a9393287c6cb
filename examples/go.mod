module stackproof.example

go 1.24
