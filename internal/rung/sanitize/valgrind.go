package sanitize

import (
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rung"
)

func haveValgrind() *rung.Outcome {
	if _, err := exec.LookPath("valgrind"); err == nil {
		return nil
	}
	o := rung.Missing("valgrind is not installed", "install the package valgrind; AddressSanitizer finds the same and more")
	return &o
}

// memcheckLog is valgrind's XML output, protocol 4, as far as it is read.
type memcheckLog struct {
	Tool   string `xml:"tool"`
	Errors []struct {
		Kind    string   `xml:"kind"`
		What    string   `xml:"what"`
		XWhat   string   `xml:"xwhat>text"`
		AuxWhat []string `xml:"auxwhat"`
		Stacks  []struct {
			Frames []struct {
				Function string `xml:"fn"`
				Dir      string `xml:"dir"`
				File     string `xml:"file"`
				Line     int    `xml:"line"`
			} `xml:"frame"`
		} `xml:"stack"`
	} `xml:"error"`
	States []string `xml:"status>state"`
}

// finished reports whether valgrind came to the end of the program and of its own log.
func (m *memcheckLog) finished() bool {
	return m.Tool == "memcheck" && len(m.States) > 0 && m.States[len(m.States)-1] == "FINISHED"
}

// parseMemcheck reads a log. A log that is cut off is an error.
func parseMemcheck(text []byte) (*memcheckLog, error) {
	var m memcheckLog
	if err := xml.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("the log of valgrind cannot be read: %w", err)
	}
	return &m, nil
}

// valgrind runs the test under memcheck. Its log goes to a file; its errors do not change the status.
func (t test) valgrind(ctx context.Context, dir string) (rung.Outcome, error) {
	path := filepath.Join(dir, "memcheck.xml")
	args := append([]string{"--tool=memcheck", "--xml=yes", "--xml-file=" + path, "--leak-check=no", "--error-exitcode=0", "--num-callers=40",
		"--child-silent-after-fork=yes", t.program.Path}, rung.OneTest(t.name)...)
	end, err := rung.Run(ctx, rung.Process{
		Path: "valgrind", Args: args, Dir: t.program.PackageDir, Limit: t.opt.Limit,
		Env: rung.Environment(t.program, dropped, "RUST_BACKTRACE=0"),
	})
	if err != nil {
		return rung.Outcome{}, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return rung.Undecided("valgrind left no log: "+end.Fault(), ""), nil
	}
	return t.judgeMemcheck(end, text), nil
}

func (t test) judgeMemcheck(end rung.Ending, text []byte) rung.Outcome {
	m, err := parseMemcheck(text)
	if err != nil {
		if reason := end.Fault(); reason != "" {
			return rung.Undecided(reason, "")
		}
		return rung.Undecided(err.Error(), "")
	}
	var found []finding.Finding
	for i := range m.Errors {
		e := &m.Errors[i]
		if strings.HasPrefix(e.Kind, "Leak_") {
			continue // valgrind calls what the harness keeps until the end a leak, too
		}
		r := report{tool: "valgrind", kind: e.Kind}
		for j, s := range e.Stacks {
			out := stack{title: e.What + e.XWhat}
			if j > 0 && j <= len(e.AuxWhat) {
				out.title = e.AuxWhat[j-1]
			}
			for _, f := range s.Frames {
				at := frame{function: f.Function, line: f.Line}
				if f.File != "" && f.Line > 0 {
					at.file = filepath.Join(f.Dir, f.File)
				}
				out.frames = append(out.frames, at)
			}
			r.stacks = append(r.stacks, out)
		}
		if len(r.stacks) == 0 || !touches(r.stacks[0], t.places) {
			continue
		}
		f := t.blank(ruleUndefined, finding.Error)
		f.Message = fmt.Sprintf("%s (valgrind: %s)", lowerTitle(e.What+e.XWhat), rung.Shorten(e.Kind))
		t.place(&f, r.walked())
		found = append(found, f)
	}
	switch {
	case len(found) > 0:
		return rung.Fail(distinct(found)...)
	case !m.finished():
		return rung.Undecided("valgrind did not come to the end of the program", "")
	}
	return t.passed(end, 0)
}

// touches reports whether any frame lies in the workspace.
func touches(s stack, places rung.Places) bool {
	_, _, mine := own(s, places)
	return mine
}
