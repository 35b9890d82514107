package cargo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"pollux/internal/cache"
	"pollux/internal/wrapper"
)

// manifest is the list of units of the last good build of one kind of request.
type manifest struct {
	Inputs string // state of the workspace's manifests and lock file
	Units  []Unit
}

// keptManifests is how many kinds of requests keep their MIR: an editor's, a hook's, the continuous integration's.
const keptManifests = 8

func (s *session) manifestDir() string { return filepath.Join(s.targetDir, "manifests") }

// manifestPath names the request by what it asks cargo to build.
func (s *session) manifestPath() string {
	asked := s.checkArgs()
	asked = append(asked, fmt.Sprint(s.req.Dependencies), s.dir)
	asked = slices.DeleteFunc(asked, func(a string) bool { return strings.HasPrefix(a, "--message-format") })
	return filepath.Join(s.manifestDir(), digest(asked...)+".json")
}

// readManifest gives the zero manifest when there is none.
func (s *session) readManifest() manifest {
	var m manifest
	data, err := os.ReadFile(s.manifestPath())
	if err != nil || json.Unmarshal(data, &m) != nil {
		return manifest{}
	}
	return m
}

// inputs names the state of the files that decide which units there are. Directories are left out: cargo itself changes
// them when it makes a lock file.
func (s *session) inputs() string {
	parts := []string{fmt.Sprint(takeStamp(filepath.Join(s.workspace.Root, "Cargo.lock")))}
	for _, st := range s.workspace.Stamps {
		switch filepath.Base(st.Path) {
		case "Cargo.toml", "config.toml", "config":
			parts = append(parts, fmt.Sprint(st))
		}
	}
	return digest(parts...)
}

// remember stores the units of a good build and, when they are not those of the build before, removes the MIR that no
// kept manifest lists.
func (s *session) remember(units []Unit, earlier manifest) {
	now := manifest{Inputs: s.inputs(), Units: slices.Clone(units)}
	for i := range now.Units {
		now.Units[i].Fresh = false
	}
	if reflect.DeepEqual(now, earlier) {
		return
	}
	data, err := json.Marshal(now)
	if err != nil || cache.WriteFile(s.manifestPath(), data) != nil {
		return // without it a later broken build knows less; nothing is wrong
	}
	if !slices.EqualFunc(now.Units, earlier.Units, func(a, b Unit) bool { return a.Crate == b.Crate && a.Hash == b.Hash }) {
		s.removeOld()
	}
}

// removeOld deletes MIR of feature sets and packages that no kept manifest lists. It does so only while no other build
// that might still read such text is at work.
func (s *session) removeOld() {
	if err := s.inUse.Unlock(); err != nil {
		return
	}
	alone := flock.New(filepath.Join(s.targetDir, inUseFile))
	if ok, err := alone.TryLock(); ok && err == nil {
		s.removeUnlisted(s.listed())
		_ = alone.Unlock()
	}
	_, _ = s.inUse.TryRLock()
}

// listed gives the stems in the newest manifests, and drops the others.
func (s *session) listed() map[string]bool {
	var files []string
	for _, name := range entries(s.manifestDir()) {
		files = append(files, filepath.Join(s.manifestDir(), name))
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(takeStamp(b).ModTime, takeStamp(a).ModTime) })
	stems := map[string]bool{}
	for i, f := range files {
		if i >= keptManifests {
			_ = os.Remove(f)
			continue
		}
		var m manifest
		if data, err := os.ReadFile(f); err == nil && json.Unmarshal(data, &m) == nil {
			for _, u := range m.Units {
				stems[u.Crate+"-"+u.Hash] = true
			}
		}
	}
	return stems
}

func (s *session) removeUnlisted(listed map[string]bool) {
	suffixes := []string{wrapper.TextPath(""), wrapper.NewTextPath(""), wrapper.RecordPath("")}
	for _, dir := range s.unitDirs() {
		for _, name := range entries(dir) {
			for _, suffix := range suffixes {
				if unit, ours := strings.CutSuffix(name, suffix); ours && !listed[unit] {
					_ = os.Remove(filepath.Join(dir, name))
				}
			}
		}
	}
}
