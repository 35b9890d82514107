package cli

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pollux/internal/engine"
	"pollux/internal/fault"
)

func (a *app) contextCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "context [OPTIONS] [PATH]",
		Short: "Say what to know before writing async code at a path, in at most 400 tokens",
		Long: `Say what to know before writing async code at a path: runtimes, locked versions and what differs at them, features that
are off, what spawned futures must be, what dropping the functions in reach half-way does, open findings, hard code.
These are facts of the build, not of a memory.`,
		Example: `  pollux context
  pollux context src/relay.rs
  pollux context --format json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fault.Usagef("context takes one path, `%s` is one too many", args[1])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.runContext(cmd, args, format) },
		Annotations: map[string]string{exitHelp: `  0   said, what could not be found out included
  3   wrong command line or configuration, or no project here
  70  a bug in pollux`},
	}
	textOrJSON(cmd, &format)
	return cmd
}

func (a *app) runContext(cmd *cobra.Command, args []string, format string) error {
	path := "."
	if len(args) == 1 {
		path = args[0]
	}
	project, err := a.openAt(cmd.Context(), path)
	if err != nil {
		return err
	}
	b, err := project.Brief(cmd.Context(), path)
	if err != nil {
		return err
	}
	if format == "json" {
		return a.writeJSON(b)
	}
	_, err = a.out.Write([]byte(b.Text()))
	return err
}

// openAt opens the project around a file or a directory.
func (a *app) openAt(ctx context.Context, path string) (*engine.Project, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fault.Usagef("there is no %s", path)
	}
	dir := path
	if !info.IsDir() {
		dir = filepath.Dir(path)
	}
	return a.engine.Open(ctx, engine.Request{Dir: dir, Env: a.env})
}

// brief is the text of context for a directory, for the faces that agents call.
func (a *app) brief(ctx context.Context, path string) (string, error) {
	project, err := a.openAt(ctx, path)
	if err != nil {
		return "", err
	}
	b, err := project.Brief(ctx, path)
	if err != nil {
		return "", err
	}
	return b.Text(), nil
}
