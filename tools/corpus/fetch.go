package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pollux/tools/published"
)

func (t *tool) fetchAll(ctx context.Context) error {
	return t.each(ctx, func(_ context.Context, e entry) error {
		fmt.Fprintf(t.out, "%s %s is unpacked\n", e.name(), e.Version)
		return nil
	})
}

// fetch unpacks the pinned source of e as a workspace root of its own, once.
func (t *tool) fetch(ctx context.Context, e entry) error {
	ctx, cancel := context.WithTimeout(ctx, t.deadline.duration())
	defer cancel()
	_, err := published.Unpack(ctx, t.work, e.crate())
	return err
}

// proveAll shows that each pin builds here without pollux.
func (t *tool) proveAll(ctx context.Context) error {
	return t.each(ctx, func(ctx context.Context, e entry) error {
		o := t.cargo(ctx, e, "check", nil, append([]string{"check"}, e.Args...)...)
		if err := o.must("cargo check"); err != nil {
			return err
		}
		if nothingToDo(o.stderr) {
			return errors.New("cargo check succeeds, but the arguments match no target")
		}
		fmt.Fprintf(t.out, "%-28s %-9s ok  %6.1f CPU-s %6.1f s\n", e.name(), e.Version, o.cpu.Seconds(), o.wall.Seconds())
		return nil
	})
}

// nothingToDo recognises cargo's warning that a target filter such as --examples matched nothing.
func nothingToDo(stderr string) bool { return strings.Contains(stderr, "no targets matched") }
