package knowledge

import (
	"testing"

	"pollux/internal/mir"
)

func TestWhoDropsAFutureLaterIsTold(t *testing.T) {
	check := func(path string, want EndKind, argument int) {
		t.Helper()
		end, ok := Default().Ender(Callee{Path: path, Method: mir.LastSegment(path)})
		if ok != (want != "") || ok && (end.Kind != want || end.Argument != argument || end.When == "") {
			t.Errorf("Ender(%s) = %+v, %v", path, end, ok)
		}
	}
	check("axum::routing::get", Serves, 0)
	check("axum::routing::MethodRouter::post", Serves, 1)
	check("tokio::task::JoinHandle::abort", Aborts, 0)
	check("tokio::task::JoinHandle::is_finished", "", 0)
	check("mine::routing::get", "", 0)
	if end, ok := Default().ServedBy("tonic::Request"); !ok || end.Kind != Serves {
		t.Errorf("tonic's Request: %+v", end)
	}
	if !Default().Spawns(Callee{Path: "tokio::spawn", Method: "spawn"}) || Default().Spawns(Callee{Path: "tokio::task::spawn_blocking", Method: "spawn_blocking"}) {
		t.Error("only what runs a future in a task spawns")
	}
}

func TestATableOfEndsIsChecked(t *testing.T) {
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
	check("[[end]]\nid = \"x\"\nkind = \"kills\"\nmatch = [\"a::b\"]\nwhen = \"w\"\n" + rest)
	check("[[end]]\nid = \"x\"\nkind = \"aborts\"\nwhen = \"w\"\n" + rest)
	check("[[end]]\nid = \"x\"\nkind = \"aborts\"\nmatch = [\"a::b\"]\n" + rest)
	check("[[source]]\nid = \"x\"\nends = \"never\"\nsender = \"a::B\"\nmatch = [\"a::b\"]\n" + rest)
}
