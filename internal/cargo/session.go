package cargo

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"pollux/internal/cache"
	"pollux/internal/child"
	"pollux/internal/wrapper"
)

// session is one Check: the request with everything found out that does not change while it runs.
type session struct {
	req       Request
	dir       string // absolute
	cargo     string // program
	cacheDir  string
	targetDir string
	workspace *workspace
	run       string // names this build in the wrapper's records
	user      wrappers
	self      string // path of this program
	inUse     *flock.Flock
}

// begin finds cargo, the workspace and a target directory of pollux's own.
func begin(ctx context.Context, req Request) (*session, error) {
	s := &session{req: req, run: rand.Text()}
	var err error
	if s.dir, err = filepath.Abs(req.Dir); err != nil {
		return nil, fmt.Errorf("find the crate: %w", err)
	}
	if s.cargo, err = findCargo(req.Toolchain); err != nil {
		return nil, err
	}
	if s.self, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("find the path of pollux: %w", err)
	}
	if s.cacheDir, err = cacheDir(req.CacheDir); err != nil {
		return nil, err
	}
	if err := s.locate(ctx); err != nil {
		return nil, err
	}
	if s.user, err = userWrappers(s.dir); err != nil {
		return nil, err
	}
	return s, s.claimTarget(ctx)
}

// findCargo prefers the cargo that runs us as its subcommand.
func findCargo(toolchain string) (string, error) {
	if c := os.Getenv("CARGO"); c != "" && toolchain == "" && filepath.IsAbs(c) {
		if _, err := os.Stat(c); err == nil {
			return c, nil
		}
	}
	path, err := exec.LookPath("cargo")
	if err != nil {
		return "", &UserError{
			Kind: NoCargo, Op: "find cargo", Message: "there is no cargo in PATH",
			Hint: "install Rust (https://rustup.rs) or add its bin directory to PATH",
		}
	}
	return filepath.Abs(path)
}

func cacheDir(given string) (string, error) {
	if given != "" {
		return filepath.Abs(given)
	}
	dir, err := cache.Dir()
	if err != nil {
		return "", &UserError{Kind: ReadOnly, Op: "find a place for caches", Message: err.Error(), Hint: "set HOME, or POLLUX_CACHE_DIR to a directory that can be written"}
	}
	return dir, nil
}

// claimTarget chooses and opens the target directory: the one asked for, else `pollux` in the user's target directory,
// else, where that cannot be written, a place in the cache directory.
func (s *session) claimTarget(ctx context.Context) error {
	if s.req.TargetDir != "" {
		dir := s.req.TargetDir
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(s.dir, dir)
		}
		return s.openTarget(ctx, dir)
	}
	first := s.openTarget(ctx, filepath.Join(s.workspace.TargetDir, "pollux"))
	if first == nil {
		return nil
	}
	var user *UserError
	if errors.As(first, &user) && user.Kind == DiskFull {
		return first
	}
	return s.openTarget(ctx, filepath.Join(s.cacheDir, "targets", digest(s.workspace.Root)))
}

// lockPoll is the time between two tries for a lock that another pollux or cargo holds.
const lockPoll = 20 * time.Millisecond

// inUseFile is locked, shared, by every build that may still read MIR of the target directory.
const inUseFile = ".pollux-in-use"

func (s *session) openTarget(ctx context.Context, dir string) error {
	const op = "open the target directory"
	if err := makeTarget(dir); err != nil {
		return fileFailure(op, err)
	}
	lock := flock.New(filepath.Join(dir, inUseFile), flock.SetPermissions(0o644))
	// Held against us only for the moment in which another build removes old files.
	if _, err := lock.TryRLockContext(ctx, lockPoll); err != nil {
		return fileFailure(op, err)
	}
	s.targetDir, s.inUse = dir, lock
	return s.link()
}

// cacheTag marks a directory that backups may leave out; see bford.info/cachedir.
const cacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n# This directory holds files that cargo and pollux can make again.\n"

// makeTarget makes the directory and marks what it makes as cargo does.
func makeTarget(dir string) error {
	for _, d := range []string{filepath.Dir(dir), dir} {
		if _, err := os.Stat(d); err == nil {
			continue
		}
		if err := os.MkdirAll(d, 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(d, "CACHEDIR.TAG"), []byte(cacheTag), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func fileFailure(op string, err error) error {
	e := classify(op, err.Error())
	switch {
	case strings.Contains(err.Error(), "no space left"):
		e.Kind, e.Hint = DiskFull, symptoms[0].hint
	case e.Kind == CargoFailed:
		e.Kind, e.Hint = ReadOnly, "make the place writable, or give another target directory"
	}
	return e
}

// The names under which cargo calls this program. They lie in the target directory so that cargo, which takes the
// wrapper's path for a part of a unit's identity, sees the same path wherever pollux is installed.
const (
	memberLink = "rustc-for-members-" + wrapper.Format
	allLink    = "rustc-for-all-" + wrapper.Format
	// scratchLink is a name of its own, so that what is built with it is never taken for what the user's tests are built of.
	scratchLink = "rustc-for-scratch-" + wrapper.Format
)

func (s *session) link() error {
	for _, name := range []string{memberLink, allLink, scratchLink} {
		path := filepath.Join(s.targetDir, name)
		if now, err := os.Readlink(path); err == nil && now == s.self {
			continue
		}
		next := path + "." + s.run
		if err := os.Symlink(s.self, next); err != nil {
			if err := os.Link(s.self, next); err != nil {
				return fileFailure("link the rustc wrapper", err)
			}
		}
		if err := os.Rename(next, path); err != nil {
			_ = os.Remove(next)
			return fileFailure("link the rustc wrapper", err)
		}
	}
	return nil
}

// environment is that of the user with ourselves put before his wrappers. RUSTC_BOOTSTRAP is not touched here: build
// scripts that probe for a nightly compiler must find what the user has.
func (s *session) environment() []string {
	member := filepath.Join(s.targetDir, memberLink)
	all := ""
	if s.req.Dependencies || s.user.all != "" {
		all = filepath.Join(s.targetDir, allLink)
	}
	deps := ""
	if s.req.Dependencies {
		deps = "1"
	}
	env := os.Environ()
	if all != "" {
		env = setEnv(env, "RUSTC_WRAPPER="+all)
	}
	// An empty RUSTC_WRAPPER would make cargo ask rustc for its version in every run, so it is set only by the user.
	return setEnv(env,
		"RUSTC_WORKSPACE_WRAPPER="+member,
		"CARGO_BUILD_BUILD_DIR="+s.targetDir, // or cargo would put its intermediate files into the user's
		"CARGO_TERM_COLOR=never", "CARGO_TERM_PROGRESS_WHEN=always", "CARGO_TERM_PROGRESS_WIDTH=160", "CARGO_TERM_QUIET=false",
		wrapper.EnvActive+"="+wrapper.Format, wrapper.EnvMemberPath+"="+member, wrapper.EnvNext+"="+s.user.all,
		wrapper.EnvNextMember+"="+s.user.members, wrapper.EnvCache+"="+s.cacheDir, wrapper.EnvTarget+"="+s.targetDir,
		wrapper.EnvRun+"="+s.run, wrapper.EnvDependencies+"="+deps)
}

// setEnv replaces or adds settings of the form NAME=value.
func setEnv(env []string, settings ...string) []string {
	out := make([]string, 0, len(env)+len(settings))
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		if !slices.ContainsFunc(settings, func(s string) bool { return strings.HasPrefix(s, name+"=") }) {
			out = append(out, kv)
		}
	}
	return append(out, settings...)
}

func (s *session) toolchainArgs() []string {
	if s.req.Toolchain == "" {
		return nil
	}
	return []string{"+" + s.req.Toolchain}
}

func (s *session) manifestArgs() []string {
	var args []string
	if s.req.ManifestPath != "" {
		args = append(args, "--manifest-path", s.req.ManifestPath)
	}
	if s.req.Offline {
		args = append(args, "--offline")
	}
	if s.req.Locked {
		args = append(args, "--locked")
	}
	return args
}

// checkArgs is the one build. --keep-going lets the crates that do not depend on a broken one be looked at all the same.
func (s *session) checkArgs() []string {
	r := s.req
	format := "json"
	if r.Color {
		format = "json-diagnostic-rendered-ansi"
	}
	args := append(s.toolchainArgs(), "check", "--message-format="+format, "--keep-going", "--target-dir", s.targetDir)
	args = append(args, s.manifestArgs()...)
	for _, f := range []struct {
		on   bool
		flag string
	}{
		{r.Workspace, "--workspace"}, {r.AllFeatures, "--all-features"}, {r.NoDefaultFeatures, "--no-default-features"},
		{r.Lib, "--lib"}, {r.Bins, "--bins"}, {r.Tests, "--tests"}, {r.Examples, "--examples"}, {r.Benches, "--benches"},
		{r.AllTargets, "--all-targets"},
	} {
		if f.on {
			args = append(args, f.flag)
		}
	}
	for _, f := range []struct {
		flag   string
		values []string
	}{
		{"--package", r.Packages}, {"--exclude", r.Exclude}, {"--features", r.Features}, {"--bin", r.Bin}, {"--test", r.Test},
		{"--example", r.Example}, {"--bench", r.Bench}, {"--profile", one(r.Profile)}, {"--target", one(r.Target)}, {"--jobs", jobs(r.Jobs)},
	} {
		for _, v := range f.values {
			args = append(args, f.flag, v)
		}
	}
	return args
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func jobs(n int) []string {
	if n <= 0 {
		return nil
	}
	return []string{fmt.Sprint(n)}
}

// failure explains a cargo that did not come to a result.
func (s *session) failure(ctx context.Context, op string, err error, stderr string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", op, context.Cause(ctx))
	}
	if _, ran := child.Code(err); !ran {
		return &UserError{Kind: NoCargo, Op: op, Message: err.Error(), Hint: "check the installation of cargo"}
	}
	return classify(op, stderr)
}

// digest hashes the parts, none of which can run into the next.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s\n", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}
