module causes

go 1.24
