package cargo

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/child"
	"pollux/internal/wrapper"
)

// Check type-checks what the request names, with the user's own toolchain, and gives the MIR text of every unit.
//
// A crate that does not compile is a Capture with Success false, not an error. An error is a *UserError when something
// in the user's world stands in the way, the context's error when it ended, anything else is a bug.
//
// Cargo's own locks order several builds of one workspace. After a build each unit's MIR is compared with its record;
// units whose text was lost or changed are rebuilt, once.
func Check(ctx context.Context, req Request) (*Capture, error) {
	s, err := begin(ctx, req)
	if err != nil {
		return nil, err
	}
	before := s.lockFile()
	b, err := s.build(ctx)
	if err != nil {
		return nil, err
	}
	units, lost := s.collect(b)
	if len(lost) > 0 {
		if err := s.forget(ctx, lost); err != nil {
			return nil, err
		}
		if b, err = s.build(ctx); err != nil {
			return nil, err
		}
		units, lost = s.collect(b)
	}
	c, err := s.finish(ctx, b, units, lost)
	if err == nil {
		c.Relocked = before != "" && before != s.lockFile()
	}
	return c, err
}

// lockFile is the text of Cargo.lock, empty when there is none.
func (s *session) lockFile() string {
	text, err := os.ReadFile(filepath.Join(s.workspace.Root, "Cargo.lock"))
	if err != nil {
		return ""
	}
	return string(text)
}

func (s *session) finish(ctx context.Context, b *build, units []candidate, lost []lostUnit) (*Capture, error) {
	c := &Capture{
		Root: s.workspace.Root, TargetDir: s.targetDir, CacheDir: s.cacheDir, Success: b.success,
		Diagnostics: s.diagnostics(b.messages), inUse: s.inUse,
	}
	if !b.success {
		if failure := worldFailure(c.Diagnostics, b.stderr); failure != nil {
			return nil, failure
		}
	}
	for _, u := range units {
		c.Units = append(c.Units, u.Unit)
		if u.problem.Reason != "" {
			c.Problems = append(c.Problems, u.problem)
		}
	}
	for _, l := range lost {
		c.Problems = append(c.Problems, Problem{What: l.unit.name(), Reason: l.reason})
	}
	earlier := s.readManifest()
	if !b.success {
		s.addFailures(c, b, earlier)
	}
	sortCapture(c)
	var err error
	if c.Toolchain, err = s.toolchain(ctx, units); err != nil {
		return nil, err
	}
	if b.success {
		s.remember(c.Units, earlier)
	}
	c.Success = b.success && !slices.ContainsFunc(c.Units, func(u Unit) bool { return u.Denied })
	return c, nil
}

func sortCapture(c *Capture) {
	slices.SortFunc(c.Units, func(a, b Unit) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Crate, b.Crate),
			cmp.Compare(a.Version, b.Version), cmp.Compare(a.Hash, b.Hash))
	})
	slices.SortFunc(c.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Reason, b.Reason))
	})
	c.Problems = slices.Compact(c.Problems)
}

// toolchain gives the rustc of the build: the records name it; without any, rustc is asked.
func (s *session) toolchain(ctx context.Context, units []candidate) (string, error) {
	for _, u := range units {
		if u.rustc != "" {
			return u.rustc, nil
		}
	}
	out, errs := &child.Tail{Limit: stderrLimit}, &child.Tail{Limit: stderrLimit}
	rustc := cmp.Or(os.Getenv("RUSTC"), "rustc")
	env := os.Environ()
	if s.req.Toolchain != "" {
		env = setEnv(env, "RUSTUP_TOOLCHAIN="+s.req.Toolchain)
	}
	err := child.Run(ctx, child.Command{Path: rustc, Args: []string{"-vV"}, Dir: s.dir, Env: env, Stdout: out, Stderr: errs, Group: true})
	if err != nil {
		return "", s.failure(ctx, "ask rustc for its version", err, errs.String())
	}
	line, _, _ := strings.Cut(out.String(), "\n")
	return line, nil
}

// diagnostics decodes rustc's messages. Cargo reports units in the order in which they end, so they are sorted; a
// message about code that is compiled twice, as a library and as its test, is kept once.
func (s *session) diagnostics(events []event) []Diagnostic {
	var out []Diagnostic
	for _, e := range events {
		if e.Message.closing() {
			continue
		}
		d := e.Message.diagnostic()
		d.Package, _ = packageName(e.PackageID)
		d.Crate, d.Target = e.Target.crate(), e.Target.kind()+" "+e.Target.Name
		_, d.Member = s.workspace.Members[e.PackageID]
		out = append(out, d)
	}
	slices.SortStableFunc(out, compareDiagnostics)
	return slices.CompactFunc(out, func(a, b Diagnostic) bool {
		return a.Package == b.Package && a.Target == b.Target && a.Rendered == b.Rendered && a.Rendered != ""
	})
}

func compareDiagnostics(a, b Diagnostic) int {
	p, q := a.primary(), b.primary()
	return cmp.Or(
		cmp.Compare(a.Package, b.Package), cmp.Compare(a.Target, b.Target), cmp.Compare(p.File, q.File),
		cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column), cmp.Compare(a.Level, b.Level),
		cmp.Compare(a.Code, b.Code), cmp.Compare(a.Rendered, b.Rendered),
	)
}

// primary is the place a diagnostic is about; a diagnostic without one sorts last.
func (d Diagnostic) primary() DiagnosticSpan {
	for _, s := range d.Spans {
		if s.Primary {
			return s
		}
	}
	if len(d.Spans) > 0 {
		return d.Spans[0]
	}
	return DiagnosticSpan{File: "\U0010ffff"}
}

// Close tells other builds that nothing of the Capture's MIR will be read any more. Without it they find out when the
// Capture is collected or the process ends.
func (c *Capture) Close() error {
	if c.inUse == nil {
		return nil
	}
	return c.inUse.Close()
}

// InputHash names everything a Result can depend on that the build has to say: toolchain, units and their MIR.
// Equal inputs give equal hashes on every machine where cargo gives the units equal names.
func (c *Capture) InputHash() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%t\n", wrapper.Format, c.Toolchain, c.Success)
	for _, u := range c.Units {
		fmt.Fprintf(h, "%q %q %q %q %q %t %t %q %q\n", u.Package, u.Version, u.Kind, u.Crate, u.Hash, u.Test, u.Stale, u.MIRHash, u.SummaryKey)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ErrChanged means that the MIR text is no longer the one the build left: another build is at work.
var ErrChanged = errors.New("the MIR text has changed since the build")

// ReadMIR reads the unit's MIR text and makes sure that it is the one of the Capture.
func (u Unit) ReadMIR() ([]byte, error) {
	data, err := os.ReadFile(u.MIR)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read MIR of %s: %w", u.name(), ErrChanged)
	}
	if err != nil {
		return nil, fmt.Errorf("read MIR of %s: %w", u.name(), err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != u.MIRHash {
		return nil, fmt.Errorf("read MIR of %s: %w", u.name(), ErrChanged)
	}
	return data, nil
}

// name is how a unit is called in problems.
func (u Unit) name() string {
	what := u.Kind
	if u.Test && u.Kind != "test" {
		what += " test"
	}
	return fmt.Sprintf("%s (%s)", u.Crate, what)
}

// SummaryPath is the file in which a summary of the dependency is kept for all projects. While it exists, later builds
// let the dependency pass without MIR. Its content is the caller's; write it in one step.
func (c *Capture) SummaryPath(u Unit) string { return wrapper.SummaryPath(c.CacheDir, u.SummaryKey) }
