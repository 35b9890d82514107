package knowledge

import (
	"pollux/internal/mir"
	"slices"
	"strings"
	"testing"

	"pollux/internal/finding"
)

func TestTheEmbeddedTablesAreValid(t *testing.T) {
	if _, err := loadBuiltin(); err != nil {
		t.Fatal(err)
	}
}

func TestGuardsAreFoundUnderTheNamesThatRustcPrints(t *testing.T) {
	check := func(path string, args []string, want string) {
		t.Helper()
		got := ""
		if g, ok := Default().Guard(path, args); ok {
			got = g.ID
		}
		if got != want {
			t.Errorf("Guard(%s, %v) = %q, want %q", path, args, got, want)
		}
	}
	check("std::sync::MutexGuard", nil, "SG01")
	check("std::sync::poison::mutex::MutexGuard", nil, "SG01")
	check("std::sync::nonpoison::MutexGuard", nil, "SG01")
	check("parking_lot::lock_api::MutexGuard", []string{"parking_lot::RawMutex", "u32"}, "SG04")
	check("parking_lot::lock_api::MutexGuard", []string{"parking_lot::RawFairMutex", "u32"}, "SG07")
	check("lock_api::MutexGuard", nil, "SG04")
	check("lock_api::MutexGuard", []string{"spin::RawMutex", "u32"}, "SG27")
	check("tokio::sync::MutexGuard", nil, "A01")
	check("tokio::sync::mutex::MutexGuard", nil, "A01")
	check("other::tokio::sync::MutexGuard", nil, "A01")
	check("smol::async_lock::MutexGuard", nil, "A09")
	check("async_std::sync::MutexGuard", nil, "A09")
	check("futures_util::lock::MutexGuard", nil, "A08")
	check("core::cell::Ref", nil, "SG08")
	check("tokio::sync::watch::Ref", nil, "SG19")
	check("crossbeam::crossbeam_epoch::Guard", nil, "SG23")

	check("c::sync::mutex::MutexGuard", nil, "")
	check("c::cell::Ref", nil, "")
	check("c::std::sync::MutexGuard", nil, "")
	check("deep::down::tokio::sync::MutexGuard", nil, "")
	check("std::sync::Mutex", nil, "")
	check("std::sync::mpsc::Receiver", nil, "")
	check("tokio::sync::mpsc::Receiver", nil, "")
	check("MutexGuard", nil, "")
	check("", nil, "")
}

func TestCallsAreFoundByPathAndByTrait(t *testing.T) {
	check := func(printed, want string) {
		t.Helper()
		got := ""
		if r, ok := Default().Call(parseCallee(printed)); ok && r.Effect != Harmless {
			got = r.ID
		}
		if got != want {
			t.Errorf("Call(%s) = %q, want %q", printed, got, want)
		}
	}
	check("std::thread::sleep", "B01")
	check("tokio::time::sleep", "")
	check("c::thread::sleep", "")
	check("std::sync::mpsc::Receiver::<u32>::recv", "B04")
	check("std::sync::mpsc::Receiver::<u32>::try_recv", "")
	check("tokio::sync::mpsc::Receiver::<u32>::recv", "")
	check("tokio::sync::mpsc::bounded::Receiver::<u32>::blocking_recv", "B25")
	check("async_channel::Receiver::<u32>::recv", "")
	check("c::Receiver::recv", "")
	check("<std::iter::Map<std::sync::mpsc::Iter<'_, u32>, {closure@a.rs:1:1: 1:2}> as std::iter::Iterator>::collect::<std::vec::Vec<u32>>", "B04")
	check("<std::iter::Map<std::slice::Iter<'_, u32>, {closure@a.rs:1:1: 1:2}> as std::iter::Iterator>::collect::<std::vec::Vec<u32>>", "")
	check("<std::io::BufReader<std::sync::Arc<std::net::TcpStream>> as std::io::Read>::read", "B16")
	check("<std::io::BufReader<&[u8]> as std::io::Read>::read", "")
	check("<std::io::Cursor<std::vec::Vec<u8>> as std::io::Read>::read", "")
	check("<T as std::io::Read>::read", "")
	check("<c::File as std::io::Read>::read", "")
	check("<std::fs::File as c::Read>::read", "")
	check("<std::net::SocketAddr as std::net::ToSocketAddrs>::to_socket_addrs", "")
	check("std::io::copy::<std::io::BufReader<std::fs::File>, std::vec::Vec<u8>>", "B15f")
	check("std::io::copy::<&[u8], std::vec::Vec<u8>>", "")
	check("tokio::runtime::Runtime::new", "")
	check("tokio::runtime::runtime::Runtime::block_on::<F>", "B24")
	check("c::Runtime::block_on::<F>", "")
	check("futures_executor::local_pool::block_on::<F>", "B29")
	check("redis::Client::get_connection", "B39")
	check("c::redis::Client::get_connection", "")
	check("<c::Wrapper<std::fs::File> as std::io::Read>::read", "")
}

func TestLockingIsOnlyWorthKnowing(t *testing.T) {
	for _, printed := range []string{"std::sync::Mutex::<u32>::lock", "lock_api::RwLock::<parking_lot::RawRwLock, u32>::read", "std::io::_print", "std::sync::OnceLock::<u32>::get_or_init::<F>"} {
		if r, ok := Default().Call(parseCallee(printed)); !ok || r.Severity != finding.Info {
			t.Errorf("%s: %+v, want a row at info", printed, r)
		}
	}
}

func TestNothingIsHarmlessThatNoRowNames(t *testing.T) {
	for _, printed := range []string{"c::f", "<T as std::clone::Clone>::clone", "<c::T as std::clone::Clone>::clone", "<std::boxed::Box<dyn std::ops::Fn()> as std::ops::Fn<()>>::call",
		"<std::iter::Map<c::Iter, {closure@a.rs:1:1: 1:2}> as std::iter::Iterator>::next", "<std::boxed::Box<dyn std::io::Read> as std::io::Read>::read", "std::thread::sleep", "std::io::copy::<R, W>", ""} {
		if Default().Harmless(parseCallee(printed)) {
			t.Errorf("%s is called harmless", printed)
		}
	}
}

func TestDroppingARuntimePanics(t *testing.T) {
	for path, want := range map[string]string{"tokio::runtime::Runtime": "B27", "tokio::runtime::runtime::Runtime": "B27", "c::Runtime": "", "tokio::runtime::Handle": ""} {
		got := ""
		if c, ok := Default().Dropping(path); ok {
			got = c.ID
		}
		if got != want {
			t.Errorf("Dropping(%s) = %q, want %q", path, got, want)
		}
	}
}

// TestEveryPatternFindsItsOwnRow would fail for a pattern that is misspelt in a way that no path can match, or that an
// earlier row hides.
func TestEveryPatternFindsItsOwnRow(t *testing.T) {
	d := Default()
	own(t, &d.calls, func(p pattern, row *Call) bool {
		got, ok := d.Call(example(p))
		return ok && got.ID == row.ID
	})
	own(t, &d.closures, func(p pattern, row *[]Argument) bool {
		got := d.Argument(example(p))
		return len(got) > 0 && got[0].ID == (*row)[0].ID
	})
	own(t, &d.carries, func(p pattern, row *int) bool {
		got, ok := d.Carries(example(p))
		return ok && got == *row
	})
	own(t, &d.guards, func(p pattern, row *Guard) bool {
		got, ok := d.Guard(example(p).Path, []string{strings.Join(p.arg, "::")})
		return ok && got.ID == row.ID
	})
	own(t, &d.futures, func(p pattern, row *FutureType) bool {
		got, ok := d.Future(example(p).Path)
		return ok && got.ID == row.ID
	})
	own(t, &d.drops, func(p pattern, row *Call) bool {
		got, ok := d.Dropping(example(p).Path)
		return ok && got.ID == row.ID
	})
}

func own[R any](t *testing.T, ix *index[R], finds func(pattern, *R) bool) {
	t.Helper()
	n := 0
	for _, entries := range slices.Concat(values(ix.exact), values(ix.below), values(ix.method), values(ix.trait)) {
		for _, e := range entries {
			n++
			if !finds(e.pattern, &e.row) {
				t.Errorf("%q does not find its own row %+v", e.text, e.row)
			}
		}
	}
	if n == 0 {
		t.Error("an empty table")
	}
}

func values[K comparable, V any](m map[K][]V) [][]V {
	var out [][]V
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// example is a callee that p must match.
func example(p pattern) Callee {
	path := strings.Join(p.path, "::")
	if p.prefix {
		path += "::Inner"
	}
	var args []string
	if p.arg != nil {
		args = []string{strings.Join(p.arg, "::")}
	}
	if p.trait == nil {
		return Callee{Path: path, Method: mir.LastSegment(path), SelfArgs: args}
	}
	method := p.method
	if method == "*" {
		method = "anything"
	}
	return Callee{Trait: strings.Join(p.trait, "::"), Method: method, Self: path, SelfArgs: args}
}

func TestEveryHarmfulRowSaysWhatToDoInstead(t *testing.T) {
	for _, r := range Default().source.Call {
		if r.Effect != Harmless && r.Instead == "" {
			t.Errorf("call %s has no replacement", r.ID)
		}
		checkWords(t, r.ID, r.Does, r.Instead)
	}
	for _, r := range Default().source.Guard {
		if r.OnCancel == "" {
			t.Errorf("guard %s does not say what a cancel does", r.ID)
		}
		checkWords(t, r.ID, r.What, r.Hazard, r.OnCancel, r.Fix)
	}
}

func checkWords(t *testing.T, id string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.HasSuffix(text, ".") || strings.TrimSpace(text) != text {
			t.Errorf("%s: %q must be a phrase without a final period", id, text)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	d := Default()
	for name, c := range map[string]Callee{
		"hit by path":       {Path: "std::sync::mpsc::Receiver::recv", Method: "recv"},
		"miss by path":      {Path: "my_crate::module::Thing::compute", Method: "compute"},
		"near miss by path": {Path: "my_crate::module::Thing::recv", Method: "recv"},
		"hit by trait":      {Trait: "std::io::Read", Method: "read", Self: "std::fs::File"},
		"miss by trait":     {Trait: "std::clone::Clone", Method: "clone", Self: "std::vec::Vec"},
		"adaptor":           {Trait: "std::iter::Iterator", Method: "next", Self: "std::slice::Iter"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.Call(c)
			}
		})
		b.Run(name+", argument", func(b *testing.B) {
			for b.Loop() {
				d.Argument(c)
			}
		})
		b.Run(name+", harmless", func(b *testing.B) {
			for b.Loop() {
				d.Harmless(c)
			}
		})
	}
}
