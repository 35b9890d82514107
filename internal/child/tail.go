package child

// Tail is an io.Writer that keeps only the last Limit bytes written to it.
type Tail struct {
	Limit int // in bytes
	kept  []byte
	cut   bool
}

// Write never fails.
func (t *Tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - 2*t.Limit; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-t.Limit:]...)
		t.cut = true
	}
	return len(p), nil
}

// String gives what was kept, with a mark when the beginning is missing.
func (t *Tail) String() string {
	kept, cut := t.kept, t.cut
	if len(kept) > t.Limit {
		kept, cut = kept[len(kept)-t.Limit:], true
	}
	if cut {
		return "[...]" + string(kept)
	}
	return string(kept)
}

// Bytes gives what String gives, without the mark.
func (t *Tail) Bytes() []byte {
	if len(t.kept) > t.Limit {
		return t.kept[len(t.kept)-t.Limit:]
	}
	return t.kept
}
