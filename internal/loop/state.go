package loop

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"pollux/internal/cache"
	"pollux/internal/compare"
	"pollux/internal/fault"
	"pollux/internal/finding"
)

// State is what a later run needs to go on: the conversation, and what the project was before the first turn.
type State struct {
	Root    string            `json:"root"`
	Session string            `json:"session"`
	Task    string            `json:"task"`
	Agent   string            `json:"agent"`
	Before  []string          `json:"before"` // null when nobody could look
	Ran     bool              `json:"ran"`    // the tests were run before the first turn
	Broken  bool              `json:"broken"` // the tests did not build then
	Open    []finding.Finding `json:"open"`

	begin *compare.Snapshot
}

// Store keeps states below the user's cache directory, one for each project.
type Store struct{ Dir string }

func (s Store) path(root, ext string) string {
	sum := sha256.Sum256([]byte(root))
	return filepath.Join(s.Dir, "loop", hex.EncodeToString(sum[:])[:24]+ext)
}

// Keep writes a state. What cannot be kept only cannot be resumed.
func (s Store) Keep(root string, state State) error {
	if s.Dir == "" {
		return nil
	}
	state.Root = root
	if err := state.begin.Write(s.path(root, ".snapshot")); err != nil {
		return err
	}
	text, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("encode the state of a loop: %w", err)
	}
	return cache.WriteFile(s.path(root, ".json"), text)
}

// Load reads the state of the last run in a project. There being none is a fault of usage.
func (s Store) Load(root string) (*State, error) {
	none := fault.Usagef("there is no run of pollux loop in %s to go on with", root).Hint("pollux loop --agent CMD \"task\" begins one")
	text, err := os.ReadFile(s.path(root, ".json"))
	if err != nil || s.Dir == "" {
		return nil, none
	}
	var state State
	if json.Unmarshal(text, &state) != nil || state.Root != root {
		return nil, none
	}
	if state.begin, err = compare.ReadSnapshot(s.path(root, ".snapshot")); err != nil || state.begin.Root != root {
		return nil, none.Because(err)
	}
	if state.Session == "" {
		return nil, fault.Usagef("the agent of the last run, %s, cannot go on with a conversation", state.Agent)
	}
	return &state, nil
}
