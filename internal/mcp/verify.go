package mcp

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/finding"
)

type verifyArgs struct {
	Path    string   `json:"path"`
	Place   string   `json:"place"`
	Claim   string   `json:"claim"`
	Test    string   `json:"test"`
	Filters []string `json:"filters"`
	Budget  int      `json:"budget_s"`
	Handle  string   `json:"handle"`
	Wait    int      `json:"wait_s"`
}

// suspicion is something that an agent believes may go wrong.
func (a verifyArgs) suspicion() bool { return a.Place != "" || a.Claim != "" || a.Test != "" }

// verified checks a project, then explores its tests. What the exploration adds stands behind what the check found.
func (s *Server) verified(ctx context.Context, j *job, dir string, args verifyArgs) (string, error) {
	req := s.request(dir, checkArgs{})
	static, err := s.checked(ctx, j, req)
	if err != nil {
		return "", err
	}
	text, err := render(static, "text")
	if err != nil || static.Verdict == engine.DoesNotBuild {
		return text, err
	}
	req.Progress = j
	project, err := s.Engine.Open(ctx, req)
	if err != nil {
		return "", err
	}
	explored, err := project.Explore(ctx, engine.ExploreOptions{
		Filters: args.Filters, Schedules: exploreSchedules, Budget: time.Duration(cmp.Or(args.Budget, int(defaultBudget.Seconds()))) * time.Second,
	})
	if user, ok := fault.As(err); ok {
		return text + "\n\nexplored: unknown: " + user.Error(), nil
	}
	if err != nil {
		return "", err
	}
	ran, err := render(explored, "text")
	if err != nil {
		return "", err
	}
	s.offer(explored)
	text = "checked:\n" + text + "\n\nexplored:\n" + ran
	if args.suspicion() {
		text = outcome(args, explored) + "\n\n" + text
	}
	return shortened(text), nil
}

// exploreSchedules is how many schedules each test is run under.
const exploreSchedules = 100

// outcome says what became of a suspicion.
func outcome(args verifyArgs, res *engine.Result) string {
	lead := "suspicion"
	if args.Claim != "" {
		lead += ": " + strings.Join(strings.Fields(args.Claim), " ")
	}
	if args.Place != "" {
		lead += " (" + args.Place + ")"
	}
	return lead + "\noutcome: " + judged(args, res)
}

func judged(args verifyArgs, res *engine.Result) string {
	if i := slices.IndexFunc(res.Findings, func(f finding.Finding) bool { return f.Verdict != finding.Suspected && f.Verdict != finding.Undecided }); i >= 0 {
		f := res.Findings[i]
		return fmt.Sprintf("witnessed: %s at %s:%d, %s", f.Message, f.File, f.Line, f.Reproduce)
	}
	for _, r := range res.Rungs {
		if r.Name == "explore" && r.Status == "unknown" {
			return "unknown: " + r.Reason
		}
	}
	if args.Test != "" {
		return "unknown: this pollux cannot explore a test from outside of the crate"
	}
	for _, r := range res.Rungs {
		if e := r.Explored; e != nil {
			return fmt.Sprintf("cleared within a bound: %d tests, %d schedules, %d different interleavings, and none failed; other schedules and code that no test runs were not tried",
				e.Tests, e.Schedules, e.Interleavings)
		}
	}
	return "unknown: nothing was explored"
}
