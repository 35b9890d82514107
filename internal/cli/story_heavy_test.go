package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/cli"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

// The crate of the story: a device for one user at a time. What the story changes is how `work` clears the flag.
const (
	storyManifest = "[package]\nname = \"device\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\ntokio = { version = \"1\", features = [\"macros\", \"rt\", \"sync\"] }\n"
	storyHead     = `use std::sync::Mutex;
use tokio::sync::Notify;

#[derive(Default)]
pub struct Device {
    busy: Mutex<bool>,
    free: Notify,
}

`
	storyClaim = `impl Device {
    fn claim(&self) -> bool {
        let mut busy = self.busy.lock().unwrap();
        let free = !*busy;
        *busy = true;
        free
    }

    fn release(&self) {
        *self.busy.lock().unwrap() = false;
        self.free.notify_one();
    }
}

`
	storyGuarded = storyClaim + `struct Busy<'a>(&'a Device);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Device {
    pub async fn work(&self) {
        while !self.claim() {
            self.free.notified().await;
        }
        let _busy = Busy(self);
        tokio::task::yield_now().await;
    }
}
`
	storyTorn = storyClaim + `impl Device {
    pub async fn work(&self) {
        while std::mem::replace(&mut *self.busy.lock().unwrap(), true) {
            self.free.notified().await;
        }
        tokio::task::yield_now().await;
        *self.busy.lock().unwrap() = false;
        self.free.notify_one();
    }
}
`
	storyTest = `use device::Device;
use std::sync::Arc;

#[tokio::test]
async fn three_users() {
    let device = Arc::new(Device::default());
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let device = device.clone();
            tokio::spawn(async move { device.work().await })
        })
        .collect();
    for task in tasks {
        let _ = task.await;
    }
}
`
)

// story is a crate under git, with pollux as a person would call it.
type story struct {
	t   *testing.T
	dir string
}

func (s story) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s story) git(args ...string) {
	s.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	cmd.Dir = s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (s story) pollux(want int, into any, args ...string) string {
	s.t.Helper()
	var out, errs bytes.Buffer
	got := cli.Run(engine.New(), append([]string{"pollux"}, args...), os.Environ(), strings.NewReader(""), &out, &errs)
	if got != want {
		s.t.Fatalf("pollux %v ended with %d, want %d\n%s\n%s", args, got, want, out.String(), errs.String())
	}
	if into != nil {
		if err := json.Unmarshal(out.Bytes(), into); err != nil {
			s.t.Fatalf("pollux %v: %v in %s", args, err, out.String())
		}
	}
	return out.String()
}

// torn is the finding of the story, if it is there.
func torn(res engine.Result) (verdict, witness string, ok bool) {
	for _, f := range res.Findings {
		if f.Rule == "cancel-torn-state" {
			return string(f.Verdict), f.Witness, true
		}
	}
	return "", "", false
}

// state is the cell of cancellations at the await of the story on the map.
func (s story) state() string {
	s.t.Helper()
	var m engine.MapResult
	text := s.pollux(0, &m, "map", "--format", "json", s.dir)
	for _, f := range m.Functions {
		if f.Name == "Device::work" && len(f.Awaits) == 2 {
			for _, c := range f.Awaits[1].Cells {
				if c.Class == "cancel" {
					return string(c.State)
				}
			}
		}
	}
	s.t.Fatalf("the map has no cell for it: %s", text)
	return ""
}

// newStory is a crate with a sound device and a test of it, with a cache of its own.
func newStory(t *testing.T) story {
	t.Helper()
	if os.Getenv("POLLUX_HEAVY") == "" {
		t.Skip("builds a crate with tokio: POLLUX_HEAVY=1 runs it")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("POLLUX_CACHE_DIR", filepath.Join(t.TempDir(), "cache"))
	s := story{t, dir}
	s.write("Cargo.toml", storyManifest)
	s.write("src/lib.rs", storyHead+storyGuarded)
	s.write("tests/users.rs", storyTest)
	return s
}

func TestATornStateIsSuspectedWitnessedReplayedAndFixed(t *testing.T) {
	s := newStory(t)
	dir := s.dir
	s.write(".gitignore", "target\n")
	s.git("init", "-q")
	s.pollux(0, nil, "check", dir) // makes the lock file
	s.git("add", "-A")
	s.git("commit", "-qm", "a sound device")
	s.pollux(0, nil, "verify", dir)
	before := s.state()

	s.write("src/lib.rs", storyHead+storyTorn)
	var checked, verified, fixed engine.Result
	s.pollux(0, &checked, "check", "--format", "json", dir)
	if verdict, _, ok := torn(checked); !ok || verdict != "suspected" {
		t.Fatalf("check: %q %v %+v", verdict, ok, checked.Findings)
	}
	if got := s.state(); got != "suspected" {
		t.Errorf("the map of the changed crate says %s", got)
	}
	s.pollux(1, &verified, "verify", "--changed", "--format", "json", dir)
	verdict, witness, ok := torn(verified)
	if !ok || verdict != "replayed" && verdict != "shrunk" || witness == "" {
		t.Fatalf("verify: %q %q %+v", verdict, witness, verified.Findings)
	}
	if i := slices.IndexFunc(verified.Answers, func(a engine.Answer) bool { return a.Answer == engine.Witnessed }); i < 0 {
		t.Errorf("%+v", verified.Answers)
	}
	if c := verified.Compare; c == nil || c.By != "fingerprints" || c.New == 0 {
		t.Errorf("%+v", c)
	}
	if slices.ContainsFunc(verified.Findings, func(f finding.Finding) bool { return f.Rule == "cancel-stuck" }) {
		t.Error("one cause is reported twice")
	}
	if !filepath.IsAbs(witness) {
		witness = filepath.Join(dir, witness)
	}
	if out := s.pollux(1, nil, "replay", witness); !strings.Contains(out, "is cancelled") {
		t.Errorf("replay: %s", out)
	}
	if got := s.state(); got != "witnessed" {
		t.Errorf("the map after the run says %s", got)
	}

	s.git("commit", "-qam", "the torn device")
	s.write("src/lib.rs", storyHead+storyGuarded)
	s.pollux(0, &fixed, "verify", "--since", "HEAD", "--format", "json", dir)
	if fixed.Compare == nil || fixed.Compare.Fixed == 0 || !slices.ContainsFunc(fixed.Fixed, func(f finding.Finding) bool { return f.Rule == "cancel-torn-state" }) {
		t.Errorf("%+v, fixed %+v", fixed.Compare, fixed.Fixed)
	}
	if got := s.state(); got != before || got == "witnessed" || got == "suspected" {
		t.Errorf("the map of the corrected crate says %s, it was %s", got, before)
	}
}
