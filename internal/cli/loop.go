package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pollux/internal/compare"
	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/loop"
)

// loopFlags are what the command line says about a loop.
type loopFlags struct {
	agent, dir, format, permit string
	rounds                     int
	budget                     time.Duration
	resume, all                bool
}

func (a *app) loopCommand() *cobra.Command {
	var f loopFlags
	cmd := &cobra.Command{
		Use:   "loop --agent CMD [OPTIONS] TASK",
		Short: "Let a coding agent do a task, and verify what it does until nothing is open",
		Long: `Give a task to a coding agent, verify what it changed, and give what is open back to it, until nothing is open or the rounds
are used up. What counts are findings that were not there before, and what the agent weakened instead of mending the code. The
tests that reach the change are run under schedules and cancellations; where there is none, the report says that the code was
checked by reading alone.

CMD is a program that speaks the Agent Client Protocol, or "claude -p", or "codex exec", split at spaces; or anthropic:MODEL or
openai:MODEL, for a model behind an endpoint (ANTHROPIC_API_KEY or OPENAI_API_KEY, and .._BASE_URL for another endpoint).
The agent works in the project itself: commit or stash your own work first.`,
		Example: `  pollux loop --agent claude-agent-acp "make the relay stop when its last member leaves"
  pollux loop --agent "claude -p" --rounds 5 "fix the deadlock in pool.rs"
  pollux loop --agent "gemini --acp" --permit all "write a test for the queue"
  pollux loop --resume --agent claude-agent-acp "leave the public API as it is"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fault.Usagef("loop takes one task, `%s` is one too many", args[1]).Hint("put the task in quotation marks")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			task := ""
			if len(args) == 1 {
				task = strings.TrimSpace(args[0])
			}
			return a.runLoop(cmd.Context(), task, f)
		},
		Annotations: map[string]string{exitHelp: `  0   nothing is open
  1   findings are open after the last round
  3   wrong command line, no project here, nothing to resume
  4   the crate does not build after the last round
  5   something could not be checked, or the agent did not work
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.agent, "agent", "", "`CMD` of the agent")
	fs.StringVar(&f.dir, "dir", "", "project, `DIR` (default: the one around the current directory)")
	fs.IntVar(&f.rounds, "rounds", 0, "at most `N` rounds (default 3)")
	fs.StringVar(&f.permit, "permit", string(loop.PermitEdits), "what the agent may do unasked: none, edits or all `WHAT`")
	fs.DurationVar(&f.budget, "budget", 0, "give a verification up after `DURATION` (default 10m)")
	fs.BoolVar(&f.all, "all", false, "findings that were there before count too")
	fs.BoolVar(&f.resume, "resume", false, "go on with the last run in this project")
	textOrJSON(cmd, &f.format)
	complete(cmd, "permit", loop.Policies())
	return cmd
}

func (a *app) runLoop(ctx context.Context, task string, f loopFlags) error {
	if err := loop.CheckPolicy(loop.Policy(f.permit)); err != nil {
		return err
	}
	project, err := a.engine.Open(ctx, engine.Request{Dir: f.dir, Env: a.env})
	if err != nil {
		return err
	}
	store := loop.Store{Dir: a.engine.CacheDir}
	l := &loop.Loop{Engine: a.engine, Env: a.env, Dir: f.dir, Task: task, Rounds: f.rounds, Budget: f.budget, All: f.all, Verify: verifyRound}
	if !a.quiet {
		l.Out = a.err
	}
	if f.resume {
		if l.From, err = store.Load(project.Root); err != nil {
			return err
		}
		l.Task, f.agent = cmp.Or(task, l.From.Task), cmp.Or(f.agent, l.From.Agent)
	}
	if l.Task == "" {
		return fault.Usagef("loop needs a task").Hint(`pollux loop --agent CMD "what to do"`)
	}
	l.Name = f.agent
	l.Keep = func(s loop.State) {
		if err := store.Keep(project.Root, s); err != nil {
			a.note("pollux: this run cannot be resumed: %v", err)
		}
	}
	if l.Agent, err = a.startAgent(ctx, l, project.Root, f); err != nil {
		return err
	}
	defer l.Agent.Close()
	return a.reportLoop(l.Run(ctx))(f.format)
}

// verifyRound goes up the ladder for what differs from an earlier state of the tree.
func verifyRound(ctx context.Context, p *engine.Project, since *compare.Snapshot) (*engine.Result, error) {
	opt := engine.VerifyOptions{Suspected: true, NearSince: since, Schedules: changeSchedules}
	if end, ok := ctx.Deadline(); ok {
		opt.Budget = max(time.Until(end)-hookSlack, time.Second)
	}
	return p.Verify(ctx, opt)
}

// startAgent finds out what kind of agent is meant, and starts it.
func (a *app) startAgent(ctx context.Context, l *loop.Loop, root string, f loopFlags) (loop.Agent, error) {
	opt := loop.Options{Root: root, Env: a.env, Permit: loop.Policy(f.permit), Out: l.Out}
	if l.From != nil {
		opt.Resume = l.From.Session
	}
	command := strings.Fields(f.agent)
	if len(command) == 0 {
		return nil, fault.Usagef("loop needs an agent").Hint("--agent claude-agent-acp, --agent \"claude -p\", --agent \"codex exec\", --agent \"gemini --acp\"")
	}
	if agent, err := loop.Direct(f.agent, opt); agent != nil || err != nil {
		return agent, err
	}
	if agent := loop.Headless(command, opt); agent != nil {
		return agent, nil
	}
	if self, err := os.Executable(); err == nil {
		opt.Server = []string{self, "mcp"}
	}
	return loop.StartACP(ctx, command, opt)
}

// reportLoop writes what came of the rounds, also of those before an error.
func (a *app) reportLoop(rep *loop.Report, failed error) func(format string) error {
	return func(format string) error {
		if rep == nil {
			return failed
		}
		a.status = statusOf(rep.Verdict)
		if format == "json" {
			if err := a.writeJSON(rep); err != nil {
				return err
			}
		} else if _, err := fmt.Fprint(a.out, rep.Text()); err != nil {
			return err
		}
		if failed != nil {
			a.status = Incomplete
			if _, ok := fault.As(failed); !ok {
				return fault.Environmentf("the loop ended early").Because(failed)
			}
		}
		return failed
	}
}
