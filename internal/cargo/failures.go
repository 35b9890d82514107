package cargo

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/wrapper"
)

// addFailures says what a build that failed leaves unknown, and adds the last good MIR of units that do not compile now.
func (s *session) addFailures(c *Capture, b *build, earlier manifest) {
	for _, text := range b.complaints() {
		c.Problems = append(c.Problems, Problem{What: "the build", Reason: text, Hint: "`cargo check` says the same"})
		c.Diagnostics = append(c.Diagnostics, Diagnostic{Level: "error", Message: text, Rendered: "error: " + text + "\n"})
	}
	broken := s.brokenUnits(b)
	for _, u := range broken {
		c.Units = append(c.Units, u)
		c.Problems = append(c.Problems, brokenProblem(u))
	}
	if earlier.Inputs != s.inputs() {
		return // a manifest was edited: the same unit may now have another feature set
	}
	for _, u := range earlier.Units {
		if !known(c.Units, u) && !superseded(c.Units, u) && s.stillThere(&u) {
			u.Stale, u.Fresh = true, false
			c.Units = append(c.Units, u)
			c.Problems = append(c.Problems, Problem{
				What: u.name(), Reason: "not checked, because something it depends on does not compile",
				Hint: "what is said of it is of its last good build",
			})
		}
	}
}

func brokenProblem(u Unit) Problem {
	p := Problem{What: u.name(), Reason: "does not compile, so its code was not looked at"}
	if u.Stale {
		p.Reason = "does not compile; what is said of it is of its last good build"
	}
	return p
}

func known(units []Unit, u Unit) bool {
	return slices.ContainsFunc(units, func(v Unit) bool { return v.Crate == u.Crate && v.Hash == u.Hash })
}

// superseded reports whether a unit of an earlier build is the earlier form of one that was compiled just now, under another name
// because the flags of rustc differ.
func superseded(units []Unit, u Unit) bool {
	return slices.ContainsFunc(units, func(v Unit) bool {
		return v.Crate == u.Crate && v.Source == u.Source && v.Test == u.Test && slices.Equal(v.Features, u.Features)
	})
}

// stillThere checks that the text of an earlier build is whole.
func (s *session) stillThere(u *Unit) bool {
	if u.MIR == "" {
		return false
	}
	stem := strings.TrimSuffix(u.MIR, filepath.Ext(u.MIR))
	r, err := wrapper.ReadRecord(stem)
	if err != nil || r.State != wrapper.Done || !r.Text.Intact(u.MIR) {
		return false
	}
	u.setText(stem, r.Text)
	return true
}

// brokenUnits finds the units whose rustc call of this very build failed: the wrapper noted them.
func (s *session) brokenUnits(b *build) []Unit {
	var out []Unit
	for _, dir := range s.unitDirs() {
		for _, name := range entries(dir) {
			name, isRecord := strings.CutSuffix(name, wrapper.RecordPath(""))
			stem := filepath.Join(dir, name)
			r, err := wrapper.ReadRecord(stem)
			if isRecord && err == nil && r.State == wrapper.Broken && r.Run == s.run {
				out = append(out, brokenUnit(stem, r, b.messages))
			}
		}
	}
	return out
}

// unitDirs lists the directories in which units lie: below a profile, or below a target triple and a profile.
func (s *session) unitDirs() []string {
	var out []string
	for _, first := range entries(s.targetDir) {
		dir := filepath.Join(s.targetDir, first)
		for _, sub := range entries(dir) {
			switch sub {
			case "deps", "examples":
				out = append(out, filepath.Join(dir, sub))
				continue
			}
			for _, leaf := range []string{"deps", "examples"} {
				if d := filepath.Join(dir, sub, leaf); isDir(d) {
					out = append(out, d)
				}
			}
		}
	}
	return out
}

// entries lists the names in a directory, none when there is no such directory.
func entries(dir string) []string {
	list, _ := os.ReadDir(dir)
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = e.Name()
	}
	return names
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func brokenUnit(stem string, r *wrapper.Record, messages []event) Unit {
	u := Unit{
		Package: r.Package, Version: r.Version, PackageDir: r.PackageDir, Member: r.Member, Crate: r.Crate, Test: r.Test,
		Edition: r.Edition, Features: features(r.Cfgs), Source: filepath.Join(r.Dir, r.Source), Dir: r.Dir,
		Hash: strings.TrimPrefix(filepath.Base(stem), r.Crate+"-"), Kind: "lib", SummaryKey: r.SummaryKey,
	}
	if filepath.IsAbs(r.Source) {
		u.Source = r.Source
	}
	for _, e := range messages {
		if e.Target.Source == u.Source && e.Target.crate() == u.Crate {
			u.Kind = e.Target.kind()
		}
	}
	if r.Text.Intact(wrapper.TextPath(stem)) {
		u.setText(stem, r.Text)
		u.Stale = true
	}
	return u
}

// features reads the features out of --cfg arguments: `feature="name"`.
func features(cfgs []string) []string {
	var out []string
	for _, c := range cfgs {
		var name string
		if n, _ := fmt.Sscanf(c, "feature=%q", &name); n == 1 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// worldFailure finds, among the errors of a build, one that is not about the code: no standard library for the target,
// a full disk.
func worldFailure(diagnostics []Diagnostic, stderr string) *UserError {
	const op = "check the crate"
	if full := classify(op, stderr); full.Kind == DiskFull {
		return full
	}
	for _, d := range diagnostics {
		if d.Code == "E0463" && (strings.Contains(d.Message, "`std`") || strings.Contains(d.Message, "`core`")) {
			return &UserError{Kind: NoToolchain, Op: op, Message: d.Message + missingTarget(&d, " for the target `%s`"),
				Hint: "install the target: `rustup target add " + cmp.Or(missingTarget(&d, "%s"), "TRIPLE") + "`; --target with one that is there checks what builds for it"}
		}
		if len(d.Spans) > 0 || d.Level != "error" {
			continue
		}
		if full := classify(op, d.Message); full.Kind == DiskFull {
			return full
		}
	}
	return nil
}

var targetNote = regexp.MustCompile("the `([^`]+)` target may not be installed")

// missingTarget is the target that rustc has no standard library for, put into a form; empty when rustc does not name it.
func missingTarget(d *Diagnostic, form string) string {
	for _, child := range d.Children {
		if m := targetNote.FindStringSubmatch(child.Message); m != nil {
			return fmt.Sprintf(form, m[1])
		}
	}
	return ""
}
