module stackproof/gobuild

go 1.24.0
