package wrapper

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// heldLimit bounds, in bytes, the diagnostics kept back during a captured call. Beyond it the call is given up and the
// plain one made, whose diagnostics go straight through.
const heldLimit = 64 << 20

// diagnostics is the error stream of a captured call. The note that metadata is ready passes at once, for cargo to start
// dependents; everything else waits until the call is known to have gone well.
type diagnostics struct {
	out          io.Writer
	stop         func() // called once, at the first error
	through      bool   // hold nothing back
	metadataSent bool   // cargo must hear of the metadata once only
	failed       bool
	firstError   string
	line         []byte // the part of a line that has come
	held         bytes.Buffer
}

// message is the outside of a line of rustc's JSON.
type message struct {
	Type     string `json:"$message_type"`
	Level    string `json:"level"`
	Message  string `json:"message"`
	Artifact string `json:"artifact"`
	Code     *struct {
		Code string `json:"code"`
	} `json:"code"`
}

func (d *diagnostics) Write(p []byte) (int, error) {
	d.line = append(d.line, p...)
	for {
		end := bytes.IndexByte(d.line, '\n')
		if end < 0 {
			break
		}
		if err := d.take(d.line[:end+1]); err != nil {
			return 0, err
		}
		d.line = d.line[end+1:]
	}
	if len(d.line) > heldLimit {
		d.giveUp("rustc's output has no end of line")
		d.line = nil
	}
	return len(p), nil
}

// finish takes a last line without an end.
func (d *diagnostics) finish() {
	if len(d.line) > 0 {
		_ = d.take(append(d.line, '\n'))
		d.line = nil
	}
}

func (d *diagnostics) take(line []byte) error {
	m := decode(line)
	if m.Type == "artifact" && strings.HasSuffix(m.Artifact, ".rmeta") {
		if d.metadataSent {
			return nil
		}
		d.metadataSent = true
		_, err := d.out.Write(line)
		return err
	}
	if d.through {
		_, err := d.out.Write(line)
		return err
	}
	if strings.HasPrefix(m.Level, "error") {
		d.giveUp(m.Message)
	}
	if !d.failed {
		d.held.Write(line)
	}
	if d.held.Len() > heldLimit {
		d.giveUp("too many diagnostics to hold back")
	}
	return nil
}

func (d *diagnostics) giveUp(why string) {
	if d.failed {
		return
	}
	d.failed, d.firstError = true, why
	d.held.Reset()
	if d.stop != nil {
		d.stop()
	}
}

// release passes on what was held back.
func (d *diagnostics) release() { _, _ = d.out.Write(d.held.Bytes()) }

func decode(line []byte) message {
	var m message
	if bytes.HasPrefix(line, []byte("{")) {
		_ = json.Unmarshal(line, &m) // a line that is no JSON is text
	}
	return m
}

// firstMessage gives the first error in rustc's output, JSON or text.
func firstMessage(output string) string {
	var first string
	for line := range strings.Lines(output) {
		m := decode([]byte(line))
		if strings.HasPrefix(m.Level, "error") {
			return m.Message
		}
		if first == "" && m.Type == "" {
			first = strings.TrimSpace(line)
		}
	}
	return first
}
