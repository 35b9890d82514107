package main

func (t *tool) page([]pair) error { return nil }
