module stackproof.test/gcmodel

go 1.24
