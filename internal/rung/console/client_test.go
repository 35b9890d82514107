package console

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"

	"pollux/internal/rung"
	"pollux/internal/rung/console/wire"
)

func field(n protowire.Number, data ...[]byte) []byte {
	var all []byte
	for _, d := range data {
		all = append(all, d...)
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, n, protowire.BytesType), all)
}

func number(n protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), v)
}

// update is a message with one task that waits with a waker, as a server writes it.
func update() []byte {
	clock := func(s uint64) []byte { return append(number(1, 1_700_000_000+s), number(2, 5)...) }
	names := field(1, field(1, number(1, 77)), field(2, field(7, []byte("kind")), field(7, []byte("size.bytes"))))
	task := field(1, field(1, number(1, 9)), field(2, number(1, 77)),
		field(4, number(2, 0), field(4, []byte("task"))), field(4, number(2, 1), number(5, 64)),
		field(6, field(1, []byte("src/main.rs")), number(3, 7), number(4, 14)))
	stats := field(3, number(1, 9), field(2, field(1, clock(0)), number(3, 1), number(4, 1), field(6, clock(1)),
		field(7, number(1, 1), field(4, clock(2)), field(5, clock(3)), field(6, number(2, 1000)))))
	return append(append(field(1, clock(4)), field(5, names)...), field(2, task, stats)...)
}

func TestAnUpdateIsReadAsItIsWritten(t *testing.T) {
	u, err := wire.Parse(update())
	if err != nil {
		t.Fatal(err)
	}
	r := newRecording(0)
	r.apply(u)
	for _, task := range r.tasks {
		if task.kind != "task" || task.size != 64 || task.location != (wire.Location{File: "src/main.rs", Line: 7, Column: 14}) ||
			task.stats.Wakers() != 1 || task.stats.Polls != 1 || task.stats.Busy != 1000 || task.stats.Running() || task.stats.Awakened() {
			t.Errorf("%+v", task)
		}
	}
	if len(r.tasks) != 1 || said(r) != "" {
		t.Errorf("%d tasks, %q", len(r.tasks), said(r))
	}
}

// serve answers every call with the messages and then with err.
func serve(t *testing.T, err error, messages ...[]byte) string {
	t.Helper()
	listener, lerr := net.Listen("tcp", "127.0.0.1:0")
	if lerr != nil {
		t.Fatal(lerr)
	}
	s := grpc.NewServer(grpc.ForceServerCodec(raw{}), grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		var request []byte
		if err := stream.RecvMsg(&request); err != nil {
			return err
		}
		for _, m := range messages {
			if err := stream.SendMsg(&m); err != nil {
				return err
			}
		}
		if err == errWaits {
			<-stream.Context().Done()
		}
		return err
	}))
	go func() {
		defer listener.Close()
		_ = s.Serve(listener)
	}()
	t.Cleanup(s.Stop)
	return listener.Addr().String()
}

// errWaits makes the server wait for its client to go.
var errWaits = errors.New("waits")

func TestAServerThatIsNotAsItShouldBeIsNeverAPass(t *testing.T) {
	check := func(name string, want rung.Kind, reason, address string) {
		t.Helper()
		r, err := Attach(context.Background(), AttachOptions{Root: t.TempDir(), Address: address, For: 300 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		o := r.Subjects[0].Outcome
		if o.Kind() != want || !strings.Contains(o.Reason()+o.Bound(), reason) || want == rung.Unknown && r.Status() != "unknown" {
			t.Errorf("%s: %s %q, status %s", name, o.Kind(), o.Reason()+o.Bound(), r.Status())
		}
	}
	m := update()
	check("a good server", rung.Passed, "1 task seen", serve(t, errWaits, m, m))
	check("one that ends", rung.Unknown, "went away", serve(t, nil, m, m))
	check("one that says nothing", rung.Unknown, "no update came", serve(t, errWaits))
	check("one that ends at once", rung.Unknown, "without an update", serve(t, nil))
	check("one that refuses", rung.Unknown, "no tokio-console server", serve(t, status.Error(codes.Unimplemented, "no such method")))
	check("one that breaks off", rung.Unknown, "boom", serve(t, status.Error(codes.Internal, "boom"), m))
	check("a cut message", rung.Unknown, "read an update", serve(t, errWaits, m, m[:len(m)-3]))
	check("noise", rung.Unknown, "read an update", serve(t, errWaits, []byte("HTTP/1.1 200 OK\r\n\r\n")))
	check("lost events", rung.Unknown, "events were lost", serve(t, errWaits, m, field(2, number(4, 3))))
	check("no address", rung.Unknown, "is no address", "nowhere")
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	check("nobody", rung.Unknown, "no recording", closed.Addr().String())
}

func TestNoBeginningOfAnUpdateIsAWholeOne(t *testing.T) {
	m := field(2, update()) // one field that holds everything
	for i := 1; i < len(m); i++ {
		if u, err := wire.Parse(m[:i]); err == nil {
			t.Errorf("%d of %d bytes are read as %+v", i, len(m), u)
		}
	}
}

func FuzzUpdate(f *testing.F) {
	f.Add(update())
	f.Fuzz(func(t *testing.T, b []byte) {
		u, err := wire.Parse(b)
		if err != nil {
			return
		}
		r := newRecording(time.Millisecond)
		r.apply(u)
		r.apply(u)
		_ = r.groups()
	})
}

func TestASocketThatListensLateIsRecorded(t *testing.T) {
	dir, err := os.MkdirTemp("", "pollux-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "7.sock")
	// A file that nobody listens on yet refuses connections, as a socket does between bind and listen.
	early, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	early.SetUnlinkOnClose(false)
	early.Close()
	s := startSockets(context.Background(), dir, 0)
	time.Sleep(50 * time.Millisecond)
	os.Remove(path)
	late, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	m := update()
	server := grpc.NewServer(grpc.ForceServerCodec(raw{}), grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		return stream.SendMsg(&m)
	}))
	go func() {
		defer late.Close()
		_ = server.Serve(late)
	}()
	defer server.Stop()
	for t.Context().Err() == nil {
		if _, err := os.Stat(filepath.Join(dir, "7.ready")); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if rec := s.stop(); len(rec.tasks) != 1 || rec.complete {
		t.Errorf("%d tasks, complete %t, %v", len(rec.tasks), rec.complete, rec.broken)
	}
}
