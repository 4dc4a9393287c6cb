module stackproof/weakjudge

go 1.24.0
