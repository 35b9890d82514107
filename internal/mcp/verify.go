package mcp

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pollux/internal/cache"
	"pollux/internal/cargo"
	"pollux/internal/engine"
	"pollux/internal/fault"
)

type verifyArgs struct {
	Path    string   `json:"path"`
	Place   string   `json:"place"`
	Claim   string   `json:"claim"`
	Test    string   `json:"test"`
	Filters []string `json:"filters"`
	Inside  bool     `json:"inside"`
	Budget  int      `json:"budget_s"`
	Handle  string   `json:"handle"`
	Wait    int      `json:"wait_s"`
}

// suspicion is something that an agent believes may go wrong.
func (a verifyArgs) suspicion() bool { return a.Place != "" || a.Claim != "" || a.Test != "" }

// verified goes up the ladder, or tries one suspicion: a check, and then the tests that reach it.
func (s *Server) verified(ctx context.Context, j *job, dir string, args verifyArgs) (string, error) {
	req := s.request(dir, checkArgs{})
	if !args.suspicion() {
		return s.climbed(ctx, j, req, args)
	}
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
	opt := engine.ExploreOptions{
		Filters: args.Filters, Schedules: exploreSchedules, Budget: args.budget(),
	}
	if args.Place != "" {
		opt.Focus = []string{args.Place}
	}
	if args.Test != "" {
		if opt.Scratch, err = s.scratchFile(args); err != nil {
			return "", err
		}
	}
	explored, err := project.Explore(ctx, opt)
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

// climbed is the whole ladder, as pollux verify runs it.
func (s *Server) climbed(ctx context.Context, j *job, req engine.Request, args verifyArgs) (string, error) {
	req.Progress = j
	project, err := s.Engine.Open(ctx, req)
	if err != nil {
		return "", err
	}
	res, err := project.Verify(ctx, engine.VerifyOptions{Filters: args.Filters, Schedules: exploreSchedules, Budget: args.budget()})
	if err != nil {
		return "", err
	}
	s.offer(res)
	if err := began(res); err != nil {
		return "", err
	}
	return render(res, "text")
}

// budget is the time of a verification.
func (a verifyArgs) budget() time.Duration {
	return time.Duration(cmp.Or(a.Budget, int(defaultBudget.Seconds()))) * time.Second
}

// exploreSchedules is how many schedules each test is run under.
const exploreSchedules = 100

// scratchFile puts the text of a suspicion's test where cargo can read it, outside of the crate. It stays there, named by its text: a
// witness that the exploration keeps is replayed with it.
func (s *Server) scratchFile(args verifyArgs) (*cargo.Scratch, error) {
	dir := s.Engine.CacheDir
	if dir == "" {
		dir = filepath.Join(os.TempDir(), "pollux")
	}
	sum := sha256.Sum256([]byte(args.Test))
	path := filepath.Join(dir, "scratch", "suspicion_"+hex.EncodeToString(sum[:])[:12]+".rs")
	if err := cache.WriteFile(path, []byte(args.Test)); err != nil {
		return nil, fmt.Errorf("keep the test: %w", err)
	}
	return &cargo.Scratch{File: path, Inside: args.Inside}, nil
}

// outcome says what became of a suspicion, in the words of the exploration.
func outcome(args verifyArgs, res *engine.Result) string {
	lead := "suspicion"
	if args.Claim != "" {
		lead += ": " + strings.Join(strings.Fields(args.Claim), " ")
	}
	if args.Place != "" {
		lead += " (" + args.Place + ")"
	}
	var words []string
	for _, a := range res.Answers {
		words = append(words, a.Words)
	}
	if len(words) == 0 {
		words = append(words, "not decided: "+undecided(res))
	}
	return lead + "\noutcome: " + strings.Join(words, "\noutcome: ")
}

// undecided says why an exploration has no answer.
func undecided(res *engine.Result) string {
	for _, r := range res.Rungs {
		if r.Status == "unknown" {
			return r.Reason
		}
	}
	return "a claim alone cannot be tried; name a place, or pass a test that would show it"
}
