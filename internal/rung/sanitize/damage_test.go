package sanitize

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pollux/internal/rung"
)

// reports are recorded logs with what each is of.
var reports = map[string]int{"heap-use-after-free.txt": address, "stack-use-after-return.txt": address, "leak.txt": address, "races.txt": thread}

func linesOf(text string) []string { return strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n") }

// passes judges a damaged log as if everything else had gone well, which it has not: a sanitizer ends its program with another status.
func passes(t *testing.T, tool int, lines []string) bool {
	t.Helper()
	text := strings.TrimSuffix(strings.Join(lines, ""), "\n") + "\n"
	o, _ := under(t, tool).judge(good, parseLog(text))
	return o.Kind() == rung.Passed
}

func TestNoLineOfAReportCanBeMissingFromAPass(t *testing.T) {
	for name, tool := range reports {
		lines := linesOf(recorded(t, name))
		for i := range lines {
			rest := slices.Delete(slices.Clone(lines), i, i+1)
			if passes(t, tool, rest) {
				t.Errorf("%s without line %d passes: %s", name, i+1, lines[i])
			}
		}
	}
}

func TestReportsThatAreMixedAreNoPass(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	for name, tool := range reports {
		one, two := linesOf(recorded(t, name)), linesOf(recorded(t, name))
		if tool == thread {
			two = linesOf(recorded(t, "false-races.txt"))
		}
		for range 50 {
			if mixed := mix(r, one, two); passes(t, tool, mixed) {
				t.Errorf("%s mixed passes:\n%s", name, strings.Join(mixed, ""))
			}
		}
	}
}

// mix puts the lines of two texts into one, each in its own order.
func mix(r *rand.Rand, one, two []string) []string {
	var out []string
	for len(one)+len(two) > 0 {
		if len(two) == 0 || len(one) > 0 && r.IntN(len(one)+len(two)) < len(one) {
			out, one = append(out, one[0]), one[1:]
		} else {
			out, two = append(out, two[0]), two[1:]
		}
	}
	return out
}

func TestReportsThatAreAsideAndMixedAreNoPass(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2))
	lines := linesOf(recorded(t, "false-races.txt"))
	whole := 0
	for range 50 {
		mixed := mix(r, lines[:len(lines)/2], lines[len(lines)/2:])
		if slices.Equal(mixed, lines) {
			whole++
			continue
		}
		if passes(t, thread, mixed) {
			t.Errorf("passes:\n%s", strings.Join(mixed, ""))
		}
	}
	if whole > 10 {
		t.Errorf("%d of 50 were not mixed", whole)
	}
}

func TestWhatAProgramWritesIntoItsLogIsNoPass(t *testing.T) {
	for _, forged := range []string{
		"SUMMARY: AddressSanitizer: heap-use-after-free a.rs:1:1 in f\n",
		"    #0\tf\tsrc/lib.rs\t1\t2\n",
		"==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n",
		"==1==ERROR: NewSanitizer: something new\n",
		"WARNING: ThreadSanitizer: data race in a new form\n",
		"WARNING: ThreadSanitizer: data race (pid=1)\nSUMMARY: ThreadSanitizer: data race\n",
	} {
		for _, tool := range []int{address, thread} {
			if passes(t, tool, linesOf(forged)) {
				t.Errorf("%q passes", forged)
			}
		}
	}
}
