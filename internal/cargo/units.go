package cargo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"pollux/internal/cache"
	"pollux/internal/wrapper"
)

// candidate is a unit of the build with what its record adds.
type candidate struct {
	Unit
	rustc   string
	problem Problem
}

// lostUnit is a unit whose MIR is not what its record says.
type lostUnit struct {
	unit   Unit
	rmeta  string // its metadata; cargo rebuilds a unit whose metadata is gone
	reason string
}

// collect makes units of cargo's manifest. Artifacts that are no type checks, and dependencies nobody asked for, are
// left out.
func (s *session) collect(b *build) (units []candidate, lost []lostUnit) {
	for _, e := range b.artifacts {
		_, member := s.workspace.Members[e.PackageID]
		if len(e.Filenames) != 1 || filepath.Ext(e.Filenames[0]) != ".rmeta" || !member && !s.req.Dependencies {
			continue
		}
		rmeta := e.Filenames[0]
		c := candidate{Unit: newUnit(e, member)}
		reason := c.addRecord(stemOf(rmeta), s.cacheDir)
		if reason != "" {
			lost = append(lost, lostUnit{unit: c.Unit, rmeta: rmeta, reason: reason})
			continue
		}
		units = append(units, c)
	}
	return units, lost
}

// stemOf gives the path that a unit's files have in common: the metadata is lib<stem>.rmeta.
func stemOf(rmeta string) string {
	name := strings.TrimSuffix(filepath.Base(rmeta), ".rmeta")
	return filepath.Join(filepath.Dir(rmeta), strings.TrimPrefix(name, "lib"))
}

func newUnit(e event, member bool) Unit {
	name, version := packageName(e.PackageID)
	u := Unit{
		Package: name, Version: version, PackageDir: filepath.Dir(e.Manifest), Member: member,
		Crate: e.Target.crate(), Kind: e.Target.kind(), Test: e.Profile.Test, Edition: e.Target.Edition,
		Features: slices.Sorted(slices.Values(e.Features)), Source: e.Target.Source, Fresh: e.Fresh,
	}
	u.Hash = strings.TrimPrefix(filepath.Base(stemOf(e.Filenames[0])), u.Crate+"-")
	return u
}

// addRecord fills in what the wrapper noted, and gives the reason why the unit must be made again, if so.
func (c *candidate) addRecord(stem, cacheDir string) (lost string) {
	r, err := wrapper.ReadRecord(stem)
	if err != nil {
		return "rustc left no usable record of its MIR"
	}
	switch {
	case cache.CanSeal() && !r.Sealed:
		return "its record is not as it was written"
	case c.Member && r.State == wrapper.Done && r.Sources != wrapper.SourcesHash(stem, r.Dir):
		return "its sources are not those that were compiled"
	}
	c.rustc, c.Dir, c.SummaryKey, c.Externs, c.Denied = r.Rustc, r.Dir, r.SummaryKey, r.Externs, r.Denied
	summarised := wrapper.SummaryExists(cacheDir, r.SummaryKey)
	switch {
	case (r.State == wrapper.Failed || r.State == wrapper.Done) && !wrapper.Current(stem):
		return "it was compiled without pollux"
	case r.State == wrapper.Failed:
		c.problem = Problem{What: c.name(), Reason: r.Reason, Hint: "its code was not looked at"}
	case r.State == wrapper.Summary && summarised:
	case r.State == wrapper.Done && r.Text.Intact(wrapper.TextPath(stem)):
		c.setText(stem, r.Text)
	case r.State == wrapper.Done && summarised:
	case r.State == wrapper.Done:
		return "its MIR text was lost or changed"
	case r.State == wrapper.Summary:
		return "its summary was removed from the cache"
	default:
		return "its last capture did not end"
	}
	return ""
}

func (u *Unit) setText(stem string, t *wrapper.Text) {
	u.MIR, u.MIRHash, u.MIRSize, u.MIRTime = wrapper.TextPath(stem), t.Hash, t.Size, t.ModTime
	if info, err := os.Stat(u.MIR); err == nil {
		u.MIRTime = info.ModTime().UnixNano() // a copied file has the same content at another time
	}
}

// forget makes cargo build the units anew. Their metadata goes while cargo's own locks are held, so that no other build
// that is at work loses it.
func (s *session) forget(ctx context.Context, lost []lostUnit) error {
	const op = "discard damaged units"
	locks := map[string]*flock.Flock{}
	defer func() {
		for _, l := range locks {
			_ = l.Unlock()
		}
	}()
	for _, l := range lost {
		for _, path := range cargoLocks(s.targetDir, l.rmeta) {
			if locks[path] != nil {
				continue
			}
			locks[path] = flock.New(path)
			if _, err := locks[path].TryLockContext(ctx, lockPoll); err != nil {
				return fmt.Errorf("%s: %w", op, err)
			}
		}
	}
	for _, l := range lost {
		stem := stemOf(l.rmeta)
		if again := (&candidate{Unit: Unit{Member: l.unit.Member}}).addRecord(stem, s.cacheDir); again == "" {
			continue // another build was at it, and has ended
		}
		for _, path := range []string{l.rmeta, wrapper.RecordPath(stem), wrapper.TextPath(stem)} {
			if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fileFailure(op, err)
			}
		}
	}
	return nil
}

// cargoLocks finds the lock files of the build directory that holds the file.
func cargoLocks(targetDir, file string) []string {
	for d := range ancestors(filepath.Dir(file)) {
		if !within(targetDir, d) {
			return nil
		}
		var found []string
		for _, name := range []string{".cargo-lock", ".cargo-build-lock"} {
			if _, err := os.Stat(filepath.Join(d, name)); err == nil {
				found = append(found, filepath.Join(d, name))
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}
