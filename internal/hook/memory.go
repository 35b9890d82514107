package hook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"

	"pollux/internal/cache"
)

// memory is what pollux remembers of the calls about one project between them. It lies in the user's cache directory;
// without it pollux still answers, and then never blocks, as it could not know whether it has done so before.
type memory struct {
	path string // empty: nothing can be kept
	lock *flock.Flock
	memoryText
}

// memoryText is the part that is written.
type memoryText struct {
	Sessions []*session `json:"sessions"` // the latest last
	// Last is the report that was given last, to whatever session: two hosts that read one file of settings call twice for
	// one event.
	Last given `json:"last"`
}

// given is a report that was given to a host.
type given struct {
	Kind    kind      `json:"kind"`
	Report  string    `json:"report"` // hash of what it said
	Session string    `json:"session"`
	At      time.Time `json:"at"`
}

// session is one conversation.
type session struct {
	ID     string              `json:"id"`
	Start  string              `json:"start"`  // commit that was checked out when pollux first heard of the session
	Before []string            `json:"before"` // findings that were there when the session started; nil when nobody looked
	Told   map[string][]string `json:"told"`   // findings that the agent knows of, by the place that was checked
	Places []place             `json:"places"` // packages that the session has changed
	Edited []string            `json:"edited"` // files that calls named as changed
	Seen   map[string]string   `json:"seen"`   // size and time of changed files when they were last looked at
	Noted  []string            `json:"noted"`  // hashes of what was said once
	Asked  string              `json:"asked"`  // report for which the agent was last kept from stopping
	Asks   int                 `json:"asks"`   // how often in a row
	// Excused says of findings why the agent cannot fix them here, in its own words.
	Excused map[string]string `json:"excused"`
}

const (
	keptSessions = 16
	keptNotes    = 64
	// doubleWindow is how far apart two calls about one event may lie.
	doubleWindow = 10 * time.Second
)

// remember opens the memory of the project at root, and keeps other calls about it waiting until close is called.
func (h *Hook) remember(ctx context.Context, root string) *memory {
	m := &memory{}
	if h.Engine.CacheDir == "" {
		return m
	}
	sum := sha256.Sum256([]byte(root))
	dir := filepath.Join(h.Engine.CacheDir, "hook")
	name := hex.EncodeToString(sum[:])[:24]
	if os.MkdirAll(dir, 0o755) != nil {
		return m
	}
	m.lock = flock.New(filepath.Join(dir, name+".lock"))
	if ok, err := m.lock.TryLockContext(ctx, 20*time.Millisecond); !ok || err != nil {
		m.lock = nil
		return m
	}
	m.path = filepath.Join(dir, name+".json")
	if text, err := os.ReadFile(m.path); err == nil {
		if json.Unmarshal(text, &m.memoryText) != nil {
			m.memoryText = memoryText{} // made by another version, or by hand: begin anew
		}
	}
	m.Sessions = slices.DeleteFunc(m.Sessions, func(s *session) bool { return s == nil })
	return m
}

// close writes what was learnt and lets the next call in.
func (m *memory) close() {
	if m.path != "" {
		m.Sessions = m.Sessions[max(0, len(m.Sessions)-keptSessions):]
		if text, err := json.Marshal(m.memoryText); err == nil && cache.WriteFile(m.path, text) != nil {
			m.path = ""
		}
	}
	if m.lock != nil {
		_ = m.lock.Close()
	}
}

// keeps reports whether what is noted now will be there at the next call.
func (m *memory) keeps() bool { return m.path != "" && writable(filepath.Dir(m.path)) }

func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".try-*")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}

// session gives what is known of a conversation; known is false when this is its first call.
func (m *memory) session(id string) (s *session, known bool) {
	i := slices.IndexFunc(m.Sessions, func(s *session) bool { return s.ID == id })
	if i >= 0 {
		s, known = m.Sessions[i], true
		m.Sessions = slices.Delete(m.Sessions, i, i+1)
	} else {
		s = &session{ID: id}
	}
	m.Sessions = append(m.Sessions, s)
	if s.Told == nil {
		s.Told = map[string][]string{}
	}
	if s.Seen == nil {
		s.Seen = map[string]string{}
	}
	if s.Excused == nil {
		s.Excused = map[string]string{}
	}
	return s, known
}

// double reports whether another session was given the same report just now, and notes this one.
func (m *memory) double(k kind, report, session string, now time.Time) bool {
	last := m.Last
	m.Last = given{k, report, session, now}
	age := now.Sub(last.At)
	return last.Kind == k && last.Report == report && last.Session != session && age >= 0 && age < doubleWindow
}

// once gives a text the first time that this session hears it, and nothing afterwards.
func (s *session) once(text string) string {
	h := digest(text)
	if text == "" || slices.Contains(s.Noted, h) {
		return ""
	}
	s.Noted = append(s.Noted[max(0, len(s.Noted)-keptNotes):], h)
	return text
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
