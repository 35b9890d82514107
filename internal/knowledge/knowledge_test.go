package knowledge

import "testing"

func TestTheEmbeddedTablesAreValid(t *testing.T) {
	if _, err := loadBuiltin(); err != nil {
		t.Fatal(err)
	}
}

func TestGuardsAreFoundUnderTheNamesThatRustcPrints(t *testing.T) {
	check := func(path, want string) {
		t.Helper()
		got := ""
		if g, ok := Default().Guard(path, nil); ok {
			got = g.ID
		}
		if got != want {
			t.Errorf("Guard(%s) = %q, want %q", path, got, want)
		}
	}
	check("std::sync::MutexGuard", "SG01")
	check("std::sync::poison::mutex::MutexGuard", "SG01")
	check("parking_lot::lock_api::MutexGuard", "SG04")
	check("lock_api::MutexGuard", "SG04")
	check("tokio::sync::MutexGuard", "A01")
	check("tokio::sync::mutex::MutexGuard", "A01")
	check("smol::async_lock::MutexGuard", "A09")
	check("async_std::sync::MutexGuard", "A09")
	check("futures_util::lock::MutexGuard", "A08")
	check("core::cell::Ref", "SG08")
	check("tokio::sync::watch::Ref", "SG19")
	check("c::sync::mutex::MutexGuard", "")
	check("c::cell::Ref", "")
	check("std::sync::Mutex", "")
}

func TestCallsAreFoundByPathAndByTrait(t *testing.T) {
	check := func(c Callee, want string) {
		t.Helper()
		got := ""
		if r, ok := Default().Call(c); ok {
			got = r.ID
		}
		if got != want {
			t.Errorf("Call(%+v) = %q, want %q", c, got, want)
		}
	}
	check(Callee{Path: "std::thread::sleep", Method: "sleep"}, "B01")
	check(Callee{Path: "std::sync::mpsc::Receiver::recv", Method: "recv"}, "B04")
	check(Callee{Path: "tokio::sync::mpsc::Receiver::recv", Method: "recv"}, "")
	check(Callee{Path: "std::sync::mpsc::Receiver::try_recv", Method: "try_recv"}, "")
	check(Callee{Trait: "std::io::Read", Method: "read", Self: "std::io::BufReader", SelfArgs: []string{"std::net::TcpStream"}}, "B16")
	check(Callee{Trait: "std::io::Read", Method: "read", Self: "std::io::BufReader", SelfArgs: []string{"[u8]"}}, "")
	check(Callee{Trait: "std::io::Read", Method: "read", Self: "[u8]"}, "")
	check(Callee{Trait: "std::io::Read", Method: "read"}, "")
}
