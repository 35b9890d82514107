package cli

import (
	"context"

	"github.com/spf13/cobra"

	"pollux/internal/config"
	"pollux/internal/engine"
	"pollux/internal/explore"
	"pollux/internal/fault"
)

func (a *app) replayCommand() *cobra.Command {
	cmd := a.witnessCommand((*engine.Project).Replay)
	cmd.Use = "replay [OPTIONS] WITNESS"
	cmd.Short = "Run a witness of pollux explore again, and tell its interleaving (preview)"
	cmd.Long = `Run a witness again: build its test, repeat its decisions in a fresh process, and tell who ran when and where it waited.
A * marks the steps that plain tokio would not take by itself.

WITNESS is a file that pollux explore wrote; its report names it.`
	cmd.Example = `  pollux replay target/pollux/explore/witnesses/NAME.txt`
	return cmd
}

func (a *app) shrinkCommand() *cobra.Command {
	cmd := a.witnessCommand((*engine.Project).Shrink)
	cmd.Use = "shrink [OPTIONS] WITNESS"
	cmd.Short = "Leave out of a witness what its failure does not need (preview)"
	cmd.Long = `Shrink a witness: leave decisions to plain tokio as long as the test still fails in the same places, until none more
can be left out. The result is written beside WITNESS, with .shrunk in its name, and told as by pollux replay.

pollux explore does the same with all that it finds, within a bound; this verb goes on where that ended.`
	cmd.Example = `  pollux shrink target/pollux/explore/witnesses/NAME.txt`
	return cmd
}

// again is what to do with a witness.
type again func(p *engine.Project, ctx context.Context, w *explore.Witness, path string) (*engine.Replay, error)

// witnessCommand is a verb that takes a witness.
func (a *app) witnessCommand(do again) *cobra.Command {
	var req engine.Request
	var format, color string
	var offline bool
	cmd := &cobra.Command{
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fault.Usagef("%s takes one witness", cmd.Name()).Hint("pollux explore writes witnesses and names them in its report")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, o := range []config.Override{{Key: "format", Value: format}, {Key: "color", Value: color}} {
				if o.Value != "" {
					req.Overrides = append(req.Overrides, o)
				}
			}
			if offline {
				req.Overrides = append(req.Overrides, config.Override{Key: "offline", Value: "true"})
			}
			return a.runWitness(cmd, req, args[0], do)
		},
		Annotations: map[string]string{exitHelp: `  0   the schedule of the witness ran, and the test passed
  1   the test failed as the witness says
  3   wrong command line, or no witness
  4   the test does not build
  5   incomplete: the program is another now, so its schedule is another, too
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVarP(&format, "format", "f", "", "write the answer as `FORMAT`, as of check; text and json tell the interleaving")
	fs.StringVar(&color, "color", "", "`WHEN` to colour: auto, always, never")
	fs.BoolVar(&offline, "offline", false, "run without the network")
	complete(cmd, "color", []string{"auto", "always", "never"})
	return cmd
}

func (a *app) runWitness(cmd *cobra.Command, req engine.Request, path string, do again) error {
	w, err := engine.Witness(path)
	if err != nil {
		return err
	}
	req.Dir = w.Root
	project, err := a.open(cmd, req)
	if err != nil {
		return err
	}
	replay, err := do(project, cmd.Context(), w, path)
	if err != nil {
		return err
	}
	if project.Settings.Format == "text" && len(replay.Steps) > 0 {
		timeline(a.out, w.Test, replay, project.Source)
		shrunk(a.out, replay.Shrunk)
	}
	// What was asked for is shown, whatever its severity.
	project.Settings.Info = true
	return a.answer(cmd, project, replay.Result)
}
