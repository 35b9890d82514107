package knowledge

import (
	"testing"

	"pollux/internal/mir"
)

// The types are as rustc 1.95 prints them for awaits through tokio 1.54 and futures 0.3.34.
func TestCancelsAreFoundByTheTypesThatRustcPrints(t *testing.T) {
	check := func(printed, want string) {
		t.Helper()
		got := ""
		if row, ok := Default().Cancel(printed, nil); ok {
			got = row.ID + " " + string(row.Verdict)
		}
		if got != want {
			t.Errorf("Cancel(%s) = %q, want %q", printed, got, want)
		}
	}
	check("{async fn body of tokio::sync::mpsc::Sender<u32>::send()}", "C-T30 lossy")
	check("{async fn body of tokio::sync::mpsc::Receiver<u32>::recv()}", "C-T24 safe")
	check("{async fn body of tokio::sync::Mutex<u32>::lock()}", "C-T27 fairness")
	check("{async fn body of tokio::net::TcpListener::accept()}", "C-T03 safe")
	check("{async fn body of tokio::net::TcpStream::connect<std::net::SocketAddr>()}", "C-T06 safe")
	check("{async fn body of tokio::sync::Barrier::wait()}", "C-T23 state")
	check("{async fn body of tokio::io::copy<'_, R, W>()}", "C-T51 lossy")
	check("tokio::io::util::read_exact::ReadExact<'_, tokio::io::DuplexStream>", "C-T37 lossy")
	check("tokio::io::util::read_int::ReadU32<&mut R>", "C-T38 lossy")
	check("tokio::io::util::read_int::ReadU8<&mut R>", "C-T36 safe")
	check("tokio::io::util::read::Read<'_, tokio::net::TcpStream>", "C-T36 safe")
	check("tokio::io::util::write_all::WriteAll<'_, W>", "C-T49 lossy")
	check("tokio::io::util::read_line::ReadLine<'_, R>", "C-T43 lossy")
	check("tokio::time::Sleep", "C-T34 safe")
	check("tokio::time::Timeout<F>", "C-T35 inherits")
	check("tokio::task::JoinHandle<u32>", "C-T10 safe")
	check("futures_util::sink::Send<'_, S, T>", "C-F02 lossy")
	check("futures::stream::Next<'_, S>", "C-F01 safe")
	check("flume::r#async::RecvFut<'_, u32>", "C-C01 safe")
	check("flume::r#async::SendFut<'_, u32>", "C-C02 lossy")

	check("{async fn body of c::sync::mpsc::Sender<u32>::send()}", "")
	check("{async fn body of c::read_exact()}", "")
	check("c::ReadExact<'_, R>", "")
	check("std::future::Ready<u32>", "")
	check("std::pin::Pin<std::boxed::Box<dyn std::future::Future<Output = u32>>>", "")
	check("", "")
}

func TestCancelsAreFoundByTheCallWhereTypesAreShared(t *testing.T) {
	check := func(path, want string) {
		t.Helper()
		got := ""
		if row, ok := Default().CancelCall(Callee{Path: path, Method: mir.LastSegment(path)}); ok {
			got = row.ID
		}
		if got != want {
			t.Errorf("CancelCall(%s) = %q, want %q", path, got, want)
		}
	}
	check("tokio::task::spawn_blocking", "C-T55b")
	check("tokio::spawn", "C-T55c")
	check("std::thread::spawn", "")
	check("tokio::process::Command::output", "C-T18")
}

func TestRacesAreToldByTheFileOfTheMacro(t *testing.T) {
	check := func(awaited string, want RaceKind) {
		t.Helper()
		race, ok := Default().Race(awaited)
		got := RaceKind("")
		if ok {
			got = race.Kind
		}
		if got != want {
			t.Errorf("Race(%s) = %q, want %q", awaited, got, want)
		}
	}
	closure := func(file string) string { return "std::future::PollFn<{closure@" + file + ":664:46: 664:50}>" }
	check(closure("$REGISTRY/tokio-1.54.1/src/macros/select.rs"), First)
	check(closure("/home/me/src/tokio/src/macros/select.rs"), First)
	check(closure("$REGISTRY/tokio-1.54.1/src/macros/join.rs"), "")
	check(closure("$REGISTRY/tokio-1.54.1/src/macros/try_join.rs"), Siblings)
	check(closure("$REGISTRY/tokio-util-0.7.20/src/macros/select.rs"), "")
	check(closure("src/macros/select.rs"), "")
	check("futures::future::PollFn<{closure@$REGISTRY/futures-util-0.3.34/src/async_await/select_mod.rs:325:13: 327:14}>", First)
	check("tokio::time::Timeout<tokio::io::util::read_exact::ReadExact<'_, R>>", Limit)
	check("{async fn body of async_std::future::timeout<F, T>()}", Limit)
	check("{async fn body of mine::timeout<F, T>()}", "")
	check("futures::future::Select<A, B>", First)
	check("futures_lite::future::Or<A, B>", Value)
	check("tokio::time::Sleep", "")
	check("c::Timeout<F>", "")
}

func TestACallThatPollsOnceIsARace(t *testing.T) {
	check := func(trait, method string, want bool) {
		t.Helper()
		if _, ok := Default().RaceCall(Callee{Path: trait + "::" + method, Trait: trait, Method: method}); ok != want {
			t.Errorf("RaceCall(%s::%s) = %v", trait, method, ok)
		}
	}
	check("futures::FutureExt", "now_or_never", true)
	check("futures::FutureExt", "boxed", false)
	check("mine::FutureExt", "now_or_never", false)
}

// A row is of use to a rule only when it says which argument the loss is about.
func TestEveryLossyReadOrWriteNamesItsObject(t *testing.T) {
	for _, printed := range []string{"tokio::io::util::ReadExact<R>", "tokio::io::util::WriteAll<W>", "futures::io::ReadExact<R>"} {
		if row, ok := Default().Cancel(printed, nil); !ok || row.Object != 0 || row.Value != NoArgument || row.Fix == "" {
			t.Errorf("%s: %+v", printed, row)
		}
	}
	if row, ok := Default().Cancel("{async fn body of tokio::sync::mpsc::Sender<T>::send()}", nil); !ok || row.Value != 1 || row.Object != NoArgument {
		t.Errorf("send: %+v", row)
	}
}

func TestATableOfCancelsIsChecked(t *testing.T) {
	check := func(text string) {
		t.Helper()
		f, err := parseFile("t.toml", []byte(text))
		if err == nil {
			_, err = build(source{file: f})
		}
		if err == nil {
			t.Errorf("accepted: %s", text)
		}
	}
	const rest = "evidence = \"D\"\nsource = \"s\"\n"
	check("[[cancel]]\nid = \"x\"\nverdict = \"lost\"\nmatch = [\"a::b\"]\nlost = \"l\"\n" + rest)
	check("[[cancel]]\nid = \"x\"\nverdict = \"lossy\"\nmatch = [\"a::b\"]\n" + rest)
	check("[[cancel]]\nid = \"x\"\nverdict = \"lossy\"\nlost = \"l\"\n" + rest)
	check("[[cancel]]\nid = \"x\"\nverdict = \"safe\"\nmatch = [\"a::b\"]\nlost = \"l\"\nobject = 0\n" + rest)
	check("[[race]]\nid = \"x\"\nkind = \"some\"\ntypes = [\"a::B\"]\n" + rest)
	check("[[race]]\nid = \"x\"\nkind = \"first\"\nname = \"n\"\n" + rest)
	check("[[race]]\nid = \"x\"\nkind = \"first\"\nname = \"n\"\ntypes = [\"a::B\"]\ncut = \"Err\"\n" + rest)
	check("[[race]]\nid = \"x\"\nkind = \"limit\"\nname = \"n\"\ntypes = [\"a::B\"]\n" + rest)
	check("[[race]]\nid = \"x\"\nkind = \"limit\"\ncut = \"Err\"\ntypes = [\"a::B\"]\n" + rest)
	check("[[timer]]\nid = \"x\"\nends = \"never\"\nmatch = [\"a::b\"]\n" + rest)
}

func TestASourceThatNeverEndsIsTold(t *testing.T) {
	check := func(path string, known bool, sender string) {
		t.Helper()
		s, ok := Default().Source(Callee{Path: path, Method: mir.LastSegment(path)})
		if ok != known || ok && s.Sender != sender {
			t.Errorf("Source(%s) = %+v, %v", path, s, ok)
		}
	}
	check("tokio::sync::mpsc::Receiver::recv", true, "tokio::sync::mpsc::Sender")
	check("tokio::signal::unix::Signal::recv", true, "")
	check("tokio::net::TcpListener::accept", false, "")
	if tables := Default(); !tables.IsNamed("tokio::sync::mpsc::Sender", "tokio::sync::mpsc::Sender") || tables.IsNamed("tokio::sync::broadcast::Sender", "tokio::sync::mpsc::Sender") {
		t.Error("a printed path is told by the name of its type")
	}
}
