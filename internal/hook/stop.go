package hook

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

// maxAsks is how often in a row an agent is kept from stopping, whatever it changes in between: later rounds seldom help.
const maxAsks = 3

// atStop verifies what the session has changed, and asks the agent to go on when it brought findings at or above the
// configured severity.
func (h *Hook) atStop(ctx context.Context, p payload) answer {
	if p.ended() {
		return answer{}
	}
	s, err := h.open(ctx, p)
	if err != nil {
		return failure(ctx, "the check before the end of the turn", err)
	}
	defer s.mem.close()
	changed, err := s.changed(ctx)
	if err != nil {
		return failure(ctx, "the check before the end of the turn", err)
	}
	if s.known { // the state before the first call is not this session's work
		s.ses.remember(s.places(s.moved(changed)), nil)
	} else {
		s.ses.remember(s.places(changed), nil)
	}
	verify := plainCheck
	if h.Verify != nil {
		verify = func(ctx context.Context, p *engine.Project) (*engine.Result, error) {
			return h.Verify(ctx, p, s.ses.Start)
		}
	}
	var open news
	var notes []string
	for _, at := range s.ses.Places[:min(len(s.ses.Places), maxPlaces)] {
		c, err := s.check(ctx, at, verify)
		if err != nil {
			a := failure(ctx, "the check before the end of the turn", err)
			a.note = s.ses.once(a.note)
			return a
		}
		fresh, err := s.fresh(ctx, c)
		if err != nil {
			return failure(ctx, "the check before the end of the turn", err)
		}
		for _, f := range fresh {
			if f.Severity >= c.failOn && s.ses.Excused[f.ID] == "" {
				open.add(c, f)
			}
		}
		notes = append(notes, s.ses.once(trouble(c)))
	}
	if len(s.ses.Places) > 0 || len(changed) > 0 || s.known {
		if err := s.weakened(ctx, &open); err != nil {
			notes = append(notes, s.ses.once(failure(ctx, "the look at what was weakened", err).note))
		}
	}
	a := s.decide(p, &open)
	for _, note := range notes {
		a.note = joinLine(a.note, note)
	}
	return a
}

// ended reports whether the turn was ended by somebody else than the agent.
func (p payload) ended() bool {
	switch p.text("status") {
	case "aborted", "error":
		return true
	}
	return false
}

// newTurn reports whether the agent ends a turn that a person began, not one that a hook prolonged, as far as the host tells.
func (p payload) newTurn() bool {
	if loops, ok := p["loop_count"].(float64); ok {
		return loops == 0
	}
	return p.has("stop_hook_active") && !p.flag("stop_hook_active")
}

// decide says whether the open findings keep the agent from stopping.
func (s *scene) decide(p payload, open *news) answer {
	if len(open.items) == 0 {
		s.ses.Asked, s.ses.Asks = "", 0
		return answer{}
	}
	if p.newTurn() {
		s.ses.Asks = 0
	}
	report := open.report()
	if why := excuse(p); why != "" && s.ses.Asked != "" {
		return s.excused(p, open, why)
	}
	switch {
	case !s.mem.keeps():
		return answer{note: fmt.Sprintf("pollux: %s open; nothing can be kept between calls (the cache directory cannot be written), so the agent was not asked", count(len(open.items), "finding"))}
	case s.ses.Asked == report:
		return answer{note: fmt.Sprintf("pollux: %s still open and unchanged since the agent was asked: %s", count(len(open.items), "finding"), open.brief())}
	case s.ses.Asks >= maxAsks:
		return answer{note: fmt.Sprintf("pollux: %s still open after the agent was asked %d times: %s", count(len(open.items), "finding"), s.ses.Asks, open.brief())}
	case s.mem.double(atStop, report, p.session(), s.h.now()):
		return answer{}
	}
	s.ses.Asked = report
	s.ses.Asks++
	s.knows(open)
	return answer{block: open.block(s.dir)}
}

// knows notes that the agent has been told of the findings.
func (s *scene) knows(open *news) {
	for _, item := range open.items {
		key := item.c.key()
		if !slices.Contains(s.ses.Told[key], item.f.ID) {
			s.ses.Told[key] = append(s.ses.Told[key], item.f.ID)
		}
	}
}

// excused records what the agent says about findings that it cannot fix, and shows it to the person.
func (s *scene) excused(p payload, open *news, why string) answer {
	for _, item := range open.items {
		s.ses.Excused[item.f.ID] = why
		s.h.record(excuseLine{s.h.now().UTC(), item.c.Root, p.session(), item.f.ID, item.f.Rule, where(item.f), why})
	}
	s.ses.Asked, s.ses.Asks = "", 0
	return answer{note: oneLine(fmt.Sprintf("pollux: the agent leaves %s open (%s) and says: cannot be fixed here because %s",
		count(len(open.items), "finding"), open.brief(), why))}
}

func where(f finding.Finding) string { return fmt.Sprintf("%s:%d", f.File, f.Line) }

// excuseLine is one line of the record of excuses.
type excuseLine struct {
	At      time.Time `json:"at"`
	Root    string    `json:"root"`
	Session string    `json:"session"`
	Finding string    `json:"finding"`
	Rule    string    `json:"rule"`
	Place   string    `json:"place"`
	Because string    `json:"because"`
}

// ExcusesFile is the record of what agents said that they cannot fix, below the cache directory: one JSON object a line.
const ExcusesFile = "hook/excuses.jsonl"

func (h *Hook) record(e excuseLine) {
	text, err := json.Marshal(e)
	if err != nil || h.Engine.CacheDir == "" {
		return
	}
	f, err := os.OpenFile(filepath.Join(h.Engine.CacheDir, filepath.FromSlash(ExcusesFile)), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.Write(append(text, '\n')) // the person has been told in the note; the record is a convenience
}

// WayOut are the words with which an agent says that it leaves findings as they are.
const WayOut = "cannot be fixed here because"

var wayOut = regexp.MustCompile(`(?i)can ?not be fixed here,? because[:\s]+([^\n]{8,})`)

// excuse is the reason that the agent gives in its last words, empty when it gives none.
func excuse(p payload) string {
	words := p.lastWords()
	if words == "" {
		words = lastInTranscript(p.text("transcript_path", "transcriptPath"))
	}
	match := wayOut.FindStringSubmatch(words)
	if match == nil || strings.HasPrefix(strings.TrimSpace(match[1]), "...") {
		return ""
	}
	return oneLine(match[1])
}

// transcriptBytes bounds how much of the end of a transcript is read.
const transcriptBytes = 256 << 10

// lastInTranscript finds what the agent said last in a transcript of JSON lines, for hosts that do not pass it along.
func lastInTranscript(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		_, _ = f.Seek(max(0, info.Size()-transcriptBytes), 0)
	}
	text := make([]byte, transcriptBytes)
	n, _ := f.Read(text)
	lines := strings.Split(string(text[:n]), "\n")
	for _, line := range slices.Backward(lines) {
		var entry map[string]any
		if json.Unmarshal([]byte(line), &entry) != nil {
			continue
		}
		if said := spoken(entry); said != "" {
			return said
		}
	}
	return ""
}

// spoken is the text of an entry that the agent wrote; what the person, a tool or a hook wrote does not count.
func spoken(entry map[string]any) string {
	inner, _ := entry["message"].(map[string]any)
	role := cmp.Or(payload(entry).text("role"), payload(inner).text("role"), payload(entry).text("type"))
	if role != "assistant" && role != "assistant.message" {
		return ""
	}
	data, _ := entry["data"].(map[string]any)
	for _, content := range []any{entry["content"], inner["content"], data["content"]} {
		if said := strings.Join(textsIn(content), "\n"); said != "" {
			return said
		}
	}
	return ""
}

// textsIn are the texts of a message: a string, or a list of blocks.
func textsIn(content any) []string {
	switch content := content.(type) {
	case string:
		return []string{content}
	case []any:
		var out []string
		for _, block := range content {
			if object, ok := block.(map[string]any); ok {
				out = append(out, stringsIn(object["text"])...)
			}
		}
		return out
	}
	return nil
}
