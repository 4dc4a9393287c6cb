module stackproof.test/pointsto

go 1.24
