module pollux

go 1.26
