package sanitize

import (
	"regexp"
	"strconv"
	"strings"
)

// report is one report of a sanitizer.
type report struct {
	tool   string // AddressSanitizer, ThreadSanitizer, LeakSanitizer
	kind   string // data race, heap-use-after-free, memory leaks, ...
	stacks []stack
	whole  bool // its summary has been read: nothing of it is missing
}

// stack is one stack of a report, and the sanitizer's words above it.
type stack struct {
	title  string
	frames []frame
}

// frame is one call of a stack. The file is empty where the sanitizer does not know it.
type frame struct {
	function     string
	file         string
	line, column int
}

// log is what a sanitizer wrote in one process.
type log struct {
	reports []report
	trouble string // it could not do its work, in its own words
}

// frameFormat makes a sanitizer write frames that can be taken apart, whatever names of functions and files hold.
const frameFormat = "stack_trace_format='    #%n\t%f\t%s\t%l\t%c'"

var (
	addressHead = regexp.MustCompile(`^==\d+==ERROR: (AddressSanitizer|LeakSanitizer): (.+)$`)
	threadHead  = regexp.MustCompile(`^WARNING: (ThreadSanitizer): (.+?) \(pid=\d+\)$`)
	troubleHead = regexp.MustCompile(`^(?:==\d+==)?(?:FATAL: \w+Sanitizer.*|(?:ERROR: )?LeakSanitizer has encountered a fatal error.*|.*Sanitizer: (?:failed to|CHECK failed).*)$`)
	frameLine   = regexp.MustCompile(`^    #(\d+)\t([^\t]*)\t([^\t]*)\t(\d+)\t(\d+)$`)
)

// parseLog reads what a sanitizer wrote. What it does not understand it passes over; a report without its end stays, marked.
func parseLog(text string) *log {
	l := &log{}
	open := false
	if text != "" && !strings.HasSuffix(text, "\n") {
		l.trouble = "its reports end within a line"
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case troubleHead.MatchString(line):
			l.trouble = line
		case l.begins(line):
			open = true
		case strings.HasPrefix(line, "WARNING: ThreadSanitizer") || strings.Contains(line, "==ERROR: "):
			l.trouble = "a report of an unknown form: " + line
		case !open && (strings.HasPrefix(line, "SUMMARY: ") || frameLine.MatchString(line)):
			l.trouble = "a part of a report whose beginning is missing"
		case !open:
		case strings.HasPrefix(line, "SUMMARY: "):
			l.reports[len(l.reports)-1].whole = true
			open = false
		case !l.reports[len(l.reports)-1].add(line):
			l.trouble = "a report of which lines are missing, or that is mixed with another"
		}
	}
	return l
}

func (l *log) begins(line string) bool {
	m := addressHead.FindStringSubmatch(line)
	if m == nil {
		m = threadHead.FindStringSubmatch(line)
	}
	if m == nil {
		return false
	}
	kind, _, _ := strings.Cut(m[2], " on ")
	kind, _, _ = strings.Cut(kind, ": ")
	kind = strings.TrimPrefix(kind, "attempting ")
	l.reports = append(l.reports, report{tool: m[1], kind: strings.TrimSpace(kind)})
	return true
}

// add takes a line of the report. It is false when the numbers of the frames show that one before it is missing.
func (r *report) add(line string) bool {
	if m := frameLine.FindStringSubmatch(line); m != nil {
		if len(r.stacks) == 0 {
			r.stacks = append(r.stacks, stack{})
		}
		last := &r.stacks[len(r.stacks)-1]
		next := m[1] == strconv.Itoa(len(last.frames))
		last.frames = append(last.frames, parseFrame(m[1:]))
		return next
	}
	if title := strings.TrimSpace(line); title != "" {
		r.stacks = append(r.stacks, stack{title: title})
	}
	return true
}

func parseFrame(m []string) frame {
	f := frame{function: m[1], file: m[2]}
	f.line, _ = strconv.Atoi(m[3])
	f.column, _ = strconv.Atoi(m[4])
	if f.file == "<null>" || f.line == 0 {
		f.file, f.line, f.column = "", 0, 0
	}
	return f
}

// walked are the stacks that have frames.
func (r *report) walked() []stack {
	var out []stack
	for _, s := range r.stacks {
		if len(s.frames) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// understood reports whether a report has what one of its kind must have: a race its two accesses, leaks the words of each.
func (r *report) understood() bool {
	accesses, leaks := 0, 0
	for _, s := range r.stacks {
		switch {
		case size.MatchString(s.title):
			accesses++
		case strings.HasPrefix(s.title, "Direct leak of "), strings.HasPrefix(s.title, "Indirect leak of "):
			leaks++
		case r.tool == "LeakSanitizer" && len(s.frames) > 0:
			return false // of what is lost
		}
	}
	return (r.tool != "LeakSanitizer" || leaks > 0) && (r.kind != "data race" || accesses == 2)
}

// placed reports whether any frame has a file: without a symbolizer none has.
func (r *report) placed() bool {
	for _, s := range r.stacks {
		for _, f := range s.frames {
			if f.file != "" {
				return true
			}
		}
	}
	return false
}

// size is how many bytes an access is about: "READ of size 8 at ..".
var size = regexp.MustCompile(`(?i)^(?:previous )?(atomic )?(read|write) of size (\d+)`)

// accessWords tell an access from a title of ASan or TSan.
func accessWords(title string) string {
	m := size.FindStringSubmatch(title)
	if m == nil {
		return ""
	}
	unit := " bytes"
	if m[3] == "1" {
		unit = " byte"
	}
	return strings.ToLower(m[1]) + strings.ToLower(m[2]) + " of " + m[3] + unit
}
