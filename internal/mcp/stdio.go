package mcp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"sync"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// lastWords is how long a client that has closed its end is still answered. A script that writes its calls and closes gets its
// answers; a client that has gone is not waited for.
const lastWords = time.Second

// Stdio is a transport over two streams, one message a line. It holds the end of the input back while calls are unanswered.
func Stdio(in io.Reader, out io.Writer) sdk.Transport {
	s := &stdio{in: bufio.NewReader(in), out: out, open: map[string]bool{}, answered: make(chan struct{}, 1)}
	return &sdk.IOTransport{Reader: io.NopCloser(s), Writer: nopCloser{s}}
}

type stdio struct {
	in       *bufio.Reader
	left     []byte // of the line that is being read
	out      io.Writer
	mu       sync.Mutex
	open     map[string]bool // ids of calls without an answer
	answered chan struct{}   // something was answered
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// message is what tells a call from an answer.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
}

func (s *stdio) Read(p []byte) (int, error) {
	if len(s.left) == 0 {
		line, err := s.in.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			s.drain()
			return 0, err
		}
		s.left = line
		var m message
		if json.Unmarshal(line, &m) == nil && m.Method != "" && len(m.ID) > 0 {
			s.mu.Lock()
			s.open[string(m.ID)] = true
			s.mu.Unlock()
		}
	}
	n := copy(p, s.left)
	s.left = s.left[n:]
	return n, nil
}

func (s *stdio) Write(p []byte) (int, error) {
	n, err := s.out.Write(p)
	for line := range bytes.Lines(p) {
		var m message
		if json.Unmarshal(line, &m) == nil && m.Method == "" && len(m.ID) > 0 {
			s.mu.Lock()
			delete(s.open, string(m.ID))
			s.mu.Unlock()
		}
	}
	select {
	case s.answered <- struct{}{}:
	default:
	}
	return n, err
}

// drain waits until every call is answered, or the time for it is over.
func (s *stdio) drain() {
	over := time.NewTimer(lastWords)
	defer over.Stop()
	for {
		s.mu.Lock()
		n := len(s.open)
		s.mu.Unlock()
		if n == 0 {
			return
		}
		select {
		case <-s.answered:
		case <-over.C:
			return
		}
	}
}
