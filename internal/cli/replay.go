package cli

import (
	"github.com/spf13/cobra"

	"pollux/internal/config"
	"pollux/internal/engine"
	"pollux/internal/fault"
)

func (a *app) replayCommand() *cobra.Command {
	var req engine.Request
	var format, color string
	var offline bool
	cmd := &cobra.Command{
		Use:   "replay [OPTIONS] WITNESS",
		Short: "Run a witness of pollux explore again, and tell its interleaving (preview)",
		Long: `Run a witness again: build its test, repeat its decisions in a fresh process, and tell who ran when and where it waited.

WITNESS is a file that pollux explore wrote; its report names it.`,
		Example: `  pollux replay target/pollux/explore/witnesses/NAME.txt`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fault.Usagef("replay takes one witness").Hint("pollux explore writes witnesses and names them in its report")
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
			return a.runReplay(cmd, req, args[0])
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
	fs.StringVarP(&format, "format", "f", "", "write the answer as `FORMAT`, as of check; only text tells the interleaving")
	fs.StringVar(&color, "color", "", "`WHEN` to colour: auto, always, never")
	fs.BoolVar(&offline, "offline", false, "run without the network")
	complete(cmd, "color", []string{"auto", "always", "never"})
	return cmd
}

func (a *app) runReplay(cmd *cobra.Command, req engine.Request, path string) error {
	w, err := engine.Witness(path)
	if err != nil {
		return err
	}
	req.Dir = w.Root
	project, err := a.open(cmd, req)
	if err != nil {
		return err
	}
	replay, err := project.Replay(cmd.Context(), w, path)
	if err != nil {
		return err
	}
	if project.Settings.Format == "text" && len(replay.Steps) > 0 {
		timeline(a.out, w.Test, replay, project.Source)
	}
	// What was asked for is shown, whatever its severity.
	project.Settings.Info = true
	return a.answer(cmd, project, replay.Result)
}
