// Package wire reads the messages of tokio-console's instrument service, as far as warnings need them.
//
// The field numbers are those of console-api 0.9 (proto3, package rs.tokio.console); they have not changed since 0.1, and unknown
// fields are passed over. A message that is cut off or garbled is an error and never a smaller message.
package wire

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Method is the call that streams updates.
const Method = "/rs.tokio.console.instrument.Instrument/WatchUpdates"

// Update is one message of the stream: what is new since the one before.
type Update struct {
	Now      time.Time
	Tasks    []Task
	Stats    map[uint64]Stats // by id of the task; each replaces the one before
	Names    map[uint64][]string
	Dropped  uint64 // events that the program lost because it produced them too fast
	Resource int    // new resources
}

// Task is a task that was spawned.
type Task struct {
	ID       uint64
	Metadata uint64
	Fields   []Field
	Location Location
}

// Location is where a task was spawned. File is empty when it is not known.
type Location struct {
	File         string
	Line, Column int
}

// Field is a named value. Its name is given, or by its number in the metadata of its task.
type Field struct {
	Name     string
	Index    uint64
	Indexed  bool
	Metadata uint64
	Text     string
	Number   uint64
}

// Stats are the counters of a task. Zero times mean "never".
type Stats struct {
	Created, Dropped                          time.Time
	Wakes, SelfWakes, WakerClones, WakerDrops uint64
	LastWake                                  time.Time
	Polls                                     uint64
	LastPollStarted, LastPollEnded            time.Time
	Busy, Scheduled                           time.Duration
}

// each calls f for every field of a message. Exactly one of number and data is set, by the field's type.
func each(b []byte, f func(field protowire.Number, number uint64, data []byte) error) error {
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		var number uint64
		var data []byte
		switch kind {
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			data, n = protowire.ConsumeBytes(b)
			if data == nil {
				data = []byte{}
			}
		default:
			n = protowire.ConsumeFieldValue(field, kind, b)
			if n >= 0 {
				b = b[n:]
				continue
			}
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		if err := f(field, number, data); err != nil {
			return err
		}
	}
	return nil
}

// Parse reads an update.
func Parse(b []byte) (*Update, error) {
	u := &Update{Stats: map[uint64]Stats{}, Names: map[uint64][]string{}}
	err := each(b, func(field protowire.Number, _ uint64, data []byte) (err error) {
		switch field {
		case 1:
			u.Now, err = instant(data)
		case 2:
			err = u.tasks(data)
		case 3, 4: // resources, async operations: only what was lost
			err = u.others(field, data)
		case 5:
			err = u.metadata(data)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read an update of tokio-console: %w", err)
	}
	return u, nil
}

func (u *Update) tasks(b []byte) error {
	return each(b, func(field protowire.Number, number uint64, data []byte) error {
		switch field {
		case 1:
			t, err := task(data)
			u.Tasks = append(u.Tasks, t)
			return err
		case 3:
			return u.stats(data)
		case 4:
			u.Dropped += number
		}
		return nil
	})
}

// others counts the new entries of a resource or async operation update, and its lost events.
func (u *Update) others(kind protowire.Number, b []byte) error {
	lost := protowire.Number(4)
	if kind == 4 {
		lost = 3
	}
	return each(b, func(field protowire.Number, number uint64, data []byte) error {
		switch {
		case field == lost:
			u.Dropped += number
		case field == 1 && kind == 3 && data != nil:
			u.Resource++
		}
		return nil
	})
}

func (u *Update) metadata(b []byte) error {
	return each(b, func(field protowire.Number, _ uint64, data []byte) error {
		if field != 1 {
			return nil
		}
		var of uint64
		var names []string
		err := each(data, func(field protowire.Number, _ uint64, data []byte) (err error) {
			switch field {
			case 1:
				of, err = id(data)
			case 2:
				err = each(data, func(field protowire.Number, _ uint64, data []byte) error {
					if field == 7 {
						names = append(names, string(data))
					}
					return nil
				})
			}
			return err
		})
		u.Names[of] = names
		return err
	})
}

func task(b []byte) (t Task, err error) {
	err = each(b, func(field protowire.Number, _ uint64, data []byte) (err error) {
		switch field {
		case 1:
			t.ID, err = id(data)
		case 2:
			t.Metadata, err = id(data)
		case 4:
			var f Field
			f, err = value(data)
			t.Fields = append(t.Fields, f)
		case 6:
			t.Location, err = location(data)
		}
		return err
	})
	return t, err
}

func value(b []byte) (f Field, err error) {
	err = each(b, func(field protowire.Number, number uint64, data []byte) (err error) {
		switch field {
		case 1:
			f.Name = string(data)
		case 2:
			f.Index, f.Indexed = number, true
		case 3, 4:
			f.Text = string(data)
		case 5, 7:
			f.Number = number
		case 6:
			f.Number = uint64(protowire.DecodeZigZag(number))
		case 8:
			f.Metadata, err = id(data)
		}
		return err
	})
	return f, err
}

func location(b []byte) (l Location, err error) {
	err = each(b, func(field protowire.Number, number uint64, data []byte) error {
		switch field {
		case 1:
			l.File = string(data)
		case 3:
			l.Line = int(uint32(number))
		case 4:
			l.Column = int(uint32(number))
		}
		return nil
	})
	return l, err
}

// stats reads one entry of the map from task to counters.
func (u *Update) stats(b []byte) error {
	var key uint64
	var s Stats
	err := each(b, func(field protowire.Number, number uint64, data []byte) (err error) {
		switch field {
		case 1:
			key = number
		case 2:
			s, err = counters(data)
		}
		return err
	})
	u.Stats[key] = s
	return err
}

func counters(b []byte) (s Stats, err error) {
	err = each(b, func(field protowire.Number, number uint64, data []byte) (err error) {
		switch field {
		case 1:
			s.Created, err = instant(data)
		case 2:
			s.Dropped, err = instant(data)
		case 3:
			s.Wakes = number
		case 4:
			s.WakerClones = number
		case 5:
			s.WakerDrops = number
		case 6:
			s.LastWake, err = instant(data)
		case 7:
			err = s.polls(data)
		case 8:
			s.SelfWakes = number
		case 9:
			s.Scheduled, err = duration(data)
		}
		return err
	})
	return s, err
}

func (s *Stats) polls(b []byte) error {
	return each(b, func(field protowire.Number, number uint64, data []byte) (err error) {
		switch field {
		case 1:
			s.Polls = number
		case 4:
			s.LastPollStarted, err = instant(data)
		case 5:
			s.LastPollEnded, err = instant(data)
		case 6:
			s.Busy, err = duration(data)
		}
		return err
	})
}

func id(b []byte) (n uint64, err error) {
	err = each(b, func(field protowire.Number, number uint64, _ []byte) error {
		if field == 1 {
			n = number
		}
		return nil
	})
	return n, err
}

// parts are the seconds and nanoseconds of a time or a duration.
func parts(b []byte) (seconds, nanos int64, err error) {
	err = each(b, func(field protowire.Number, number uint64, _ []byte) error {
		switch field {
		case 1:
			seconds = int64(number)
		case 2:
			nanos = int64(int32(number))
		}
		return nil
	})
	if err == nil && (nanos < 0 || nanos > 999_999_999 || seconds < 0 || seconds > 1<<38) {
		err = fmt.Errorf("%d s and %d ns are no time", seconds, nanos)
	}
	return seconds, nanos, err
}

func instant(b []byte) (time.Time, error) {
	s, n, err := parts(b)
	return time.Unix(s, n), err
}

func duration(b []byte) (time.Duration, error) {
	s, n, err := parts(b)
	if s > int64(100*365*24*time.Hour/time.Second) {
		return 0, fmt.Errorf("%d s are no duration", s)
	}
	return time.Duration(s)*time.Second + time.Duration(n), err
}

// Running tells whether a poll has begun and not ended, of a task that is still there.
func (s Stats) Running() bool {
	return s.Dropped.IsZero() && !s.LastPollStarted.IsZero() && s.LastPollStarted.After(s.LastPollEnded)
}

// Awakened tells whether the task is to be polled: it never was, or was woken after its last poll began.
func (s Stats) Awakened() bool { return s.Polls == 0 || s.LastWake.After(s.LastPollStarted) }

// Wakers is how many wakers of the task are alive.
func (s Stats) Wakers() uint64 {
	if s.WakerDrops >= s.WakerClones {
		return 0
	}
	return s.WakerClones - s.WakerDrops
}
