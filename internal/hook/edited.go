package hook

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// edited are the files that a call says it has changed, absolute; named is false when it does not say, as for a shell
// command, and anything may have changed.
func (p payload) edited() (files []string, named bool) {
	for _, input := range p.inputs() {
		files = append(files, filesIn(input)...)
	}
	for i, file := range files {
		if !filepath.IsAbs(file) {
			files[i] = filepath.Join(p.dir(), file)
		}
	}
	slices.Sort(files)
	return slices.Compact(files), len(files) > 0
}

// inputs are what the tools of a call were given: one tool, or a batch of them.
func (p payload) inputs() []any {
	var out []any
	for _, name := range []string{"tool_input", "toolArgs", "tool_args"} {
		if input, ok := p[name]; ok {
			out = append(out, input)
		}
	}
	calls, _ := p["tool_calls"].([]any)
	for _, call := range calls {
		if object, ok := call.(map[string]any); ok {
			out = append(out, payload(object).inputs()...)
		}
	}
	if path := p.text("file_path", "filePath"); path != "" { // Cursor's afterFileEdit is flat
		out = append(out, map[string]any{"file_path": path})
	}
	return out
}

// fileFields are the arguments in which tools name files.
var fileFields = []string{"file_path", "filePath", "path", "absolute_path", "target_file", "files", "filePaths"}

// patchFields are the arguments in which tools pass a patch.
var patchFields = []string{"command", "patch", "input", "patchText"}

// patched are the lines of a patch in the form of the tool apply_patch that name a file.
var patched = regexp.MustCompile(`(?m)^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)\s*$`)

// filesIn finds the files that the input of one tool names. Some hosts pass the input as JSON in a string.
func filesIn(input any) []string {
	switch input := input.(type) {
	case string:
		var inner map[string]any
		if json.Unmarshal([]byte(input), &inner) == nil {
			return filesIn(inner)
		}
		return filesInPatch(input)
	case map[string]any:
		var out []string
		for _, name := range fileFields {
			out = append(out, stringsIn(input[name])...)
		}
		for _, name := range patchFields {
			for _, text := range stringsIn(input[name]) {
				out = append(out, filesInPatch(text)...)
			}
		}
		return out
	}
	return nil
}

func filesInPatch(text string) []string {
	var out []string
	for _, match := range patched.FindAllStringSubmatch(text, -1) {
		out = append(out, match[1])
	}
	return out
}

// stringsIn is a string, or the strings of a list.
func stringsIn(value any) []string {
	switch value := value.(type) {
	case string:
		if value != "" {
			return []string{value}
		}
	case []any:
		var out []string
		for _, item := range value {
			if s, ok := item.(string); ok && s != "" {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// manifestName marks the directory of a package.
const manifestName = "Cargo.toml"

// decisive are files that are no Rust source and change what a check finds all the same.
var decisive = []string{manifestName, "Cargo.lock", "pollux.toml", "rust-toolchain", "rust-toolchain.toml"}

// matters reports whether a change of file can change what a check finds.
func matters(file string) bool {
	name := filepath.Base(file)
	return strings.HasSuffix(name, ".rs") || slices.Contains(decisive, name) || filepath.Base(filepath.Dir(file)) == ".cargo"
}

// place is where to check: a package's directory, and the targets that cargo leaves out unless they are asked for.
type place struct {
	Dir     string `json:"dir"`
	Targets string `json:"targets"` // "", or one of the settings tests, examples, benches
}

// extraTargets are the directories whose files belong to a target that a plain check leaves out.
var extraTargets = []string{"tests", "examples", "benches"}

// placeOf finds the package of a file: the nearest directory above it with a manifest.
func placeOf(file string) (place, bool) {
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, manifestName)); err == nil {
			rel, _ := filepath.Rel(dir, file)
			first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
			if slices.Contains(extraTargets, first) {
				return place{dir, first}, true
			}
			return place{Dir: dir}, true
		}
		if dir == filepath.Dir(dir) {
			return place{}, false
		}
	}
}

// within reports whether file lies in dir or below.
func within(dir, file string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && filepath.IsLocal(rel)
}
