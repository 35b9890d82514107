package tidy

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// layer is a step of the way that data flows. A package may import packages of lower layers only.
type layer struct {
	name  string
	rooms []string // folders; a room holds the folders below it
}

// layers from the bottom to the top.
var layers = []layer{
	{"values that cross every boundary, and words about them", []string{"internal/finding", "internal/fault", "internal/didyoumean"}},
	{"the machine: other programs, files outside of the user's tree", []string{"internal/child", "internal/cache"}},
	{"readings of one text, as it stands", []string{"internal/mir", "internal/rust"}},
	{"what pollux knows about libraries, and what one coroutine is", []string{"internal/knowledge", "internal/surface", "internal/coro"}},
	{"one rustc call", []string{"internal/wrapper"}},
	{"one build, and what functions do", []string{"internal/cargo", "internal/facts"}},
	{"what hand-written polls do, what code pins by hand, and what functions wait for", []string{"internal/poll", "internal/pin", "internal/resource", "internal/live"}},
	{"what a rule is", []string{"internal/analysis"}},
	{"questions, settings and measures, each for itself", []string{"internal/rules/", "internal/suppress", "internal/compare", "internal/config", "internal/setup"}},
	{"all rules, and all units", []string{"internal/rules", "internal/static", "internal/ladder", "internal/explore", "internal/rung", "internal/doctor", "internal/briefing", "internal/confidence", "internal/integrity"}},
	{"one answer per verb", []string{"internal/engine"}},
	{"forms of an answer", []string{"internal/report"}},
	{"faces for agents", []string{"internal/hook", "internal/mcp", "internal/loop"}},
	{"the face that starts the others", []string{"internal/cli"}},
	{"programs", []string{"cmd", "tools", "internal/tidy"}},
}

// ban is an import that the layers would allow and that is wrong all the same.
type ban struct{ from, to, reason string }

var bans = []ban{
	{"internal/cli", "internal/mir", "a face holds no analysis: the same question through another face must give the same answer"},
	{"internal/cli", "internal/coro", "a face holds no analysis: the same question through another face must give the same answer"},
	{"internal/cli", "internal/facts", "a face holds no analysis: the same question through another face must give the same answer"},
	{"internal/cli", "internal/static", "a face asks the engine, which joins the rooms once for all faces"},
	{"internal/hook", "internal/facts", "a face holds no analysis: the same question through another face must give the same answer"},
	{"internal/hook", "internal/static", "a face asks the engine, which joins the rooms once for all faces"},
	{"internal/mcp", "internal/facts", "a face holds no analysis: the same question through another face must give the same answer"},
	{"internal/mcp", "internal/static", "a face asks the engine, which joins the rooms once for all faces"},
	{"internal/report", "internal/mir", "a report shows what a Result holds and adds nothing to it"},
	{"internal/rules/", "os", "a rule asks questions of a Pass; a rule that reads files cannot be replayed, cached or tested by text"},
	{"internal/rules/", "os/exec", "a rule asks questions of a Pass and runs nothing"},
	{"internal/rules/", "net", "a rule asks questions of a Pass and talks to nobody"},
	{"internal/rules/", "net/http", "a rule asks questions of a Pass and talks to nobody"},
	{"internal/finding", "os", "findings are plain values"},
	{"internal/engine", "os/exec", "programs are run by the room that knows them: internal/cargo, internal/compare, a rung"},
	{"internal/mir", "os", "the IR and its parser see text only, so that every input can be a test"},
	{"internal/coro", "os", "analysis sees values only"},
	{"internal/facts", "os/exec", "analysis runs nothing"},
}

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range load(t).packages {
		from, ok := layerOf(p.dir)
		if !ok {
			t.Errorf("%s belongs to no layer: give its room a place in %s", p.dir, "internal/tidy/layers_test.go")
			continue
		}
		for _, imported := range p.imports {
			if reason := objection(p.dir, from, imported); reason != "" {
				t.Errorf("%s imports %s: %s", p.dir, imported, reason)
			}
		}
	}
}

// objection says why a package in dir must not import imported; empty when it may.
func objection(dir string, from int, imported string) string {
	local, isLocal := strings.CutPrefix(imported, "pollux/")
	for _, b := range bans {
		if inRoom(b.from, dir) && (inRoom(b.to, local) && isLocal || b.to == imported) {
			return b.reason
		}
	}
	if !isLocal || sameRoom(dir, local) {
		return ""
	}
	to, ok := layerOf(local)
	if !ok || to < from {
		return ""
	}
	return fmt.Sprintf("data flows from `%s` up to `%s`, so the import must point the other way; move what both need down, "+
		"or pass it in as a value", layers[min(from, to)].name, layers[max(from, to)].name)
}

// layerOf finds the layer of a folder: that of the longest room it lies in.
func layerOf(dir string) (int, bool) {
	best, length := 0, 0
	for i, l := range layers {
		for _, room := range l.rooms {
			if inRoom(room, dir) && len(room) > length {
				best, length = i, len(room)
			}
		}
	}
	return best, length > 0
}

// inRoom reports whether dir is the room or below it; a room with a final slash is only what lies below.
func inRoom(room, dir string) bool {
	if strings.HasSuffix(room, "/") {
		return strings.HasPrefix(dir, room)
	}
	return dir == room || strings.HasPrefix(dir, room+"/")
}

// sameRoom reports whether two folders lie in one room of a package and its parts, such as internal/mir and
// internal/mir/parse. Rules are rooms of their own.
func sameRoom(a, b string) bool {
	if strings.HasPrefix(a, "internal/rules/") && strings.HasPrefix(b, "internal/rules/") {
		return path.Dir(a) != "internal/rules" && a == b
	}
	return roomOf(a) != "" && roomOf(a) == roomOf(b) && roomOf(a) != "internal/rules"
}

func roomOf(dir string) string {
	for _, l := range layers {
		if i := slices.IndexFunc(l.rooms, func(room string) bool { return inRoom(room, dir) }); i >= 0 {
			return l.rooms[i]
		}
	}
	return ""
}

func TestALayerObjectsToTheWrongDirectionOnly(t *testing.T) {
	check := func(from, to string, want bool) {
		t.Helper()
		at, ok := layerOf(from)
		if !ok {
			t.Fatalf("%s has no layer", from)
		}
		if got := objection(from, at, to); (got != "") != want {
			t.Errorf("%s imports %s: objection %q, want one: %v", from, to, got, want)
		}
	}
	check("internal/engine", "pollux/internal/finding", false)
	check("internal/finding", "pollux/internal/engine", true)
	check("internal/mir/parse", "pollux/internal/mir", false)
	check("internal/mir", "pollux/internal/mir/parse", false)
	check("internal/rules", "pollux/internal/rules/futurelock", false)
	check("internal/rules/futurelock", "pollux/internal/rules", true)
	check("internal/rules/futurelock", "pollux/internal/rules/droppedfuture", true)
	check("internal/rules/futurelock", "os", true)
	check("internal/rules/futurelock", "pollux/internal/facts", false)
	check("internal/cli", "pollux/internal/facts", true)
	check("internal/cli", "pollux/internal/engine", false)
	check("internal/knowledge", "pollux/internal/coro", true)
	check("cmd/pollux", "pollux/internal/cli", false)
}
