package hook

import (
	"embed"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
)

// payloads are calls as each host sends them, with $DIR and $FILE for the places that differ. They are what the tests feed,
// and what the doctor sends through a configured command.
//
//go:embed payloads/*.json
var payloads embed.FS

// Samples are the names of the recorded calls: HOST.EVENT.
func Samples() []string {
	names, err := fs.Glob(payloads, "payloads/*.json")
	if err != nil {
		return nil // the pattern is right
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(name, "payloads/"), ".json")
	}
	slices.Sort(names)
	return names
}

// Sample is a recorded call as if the agent worked in dir and had changed file.
func Sample(name, dir, file string) ([]byte, bool) {
	text, err := payloads.ReadFile("payloads/" + name + ".json")
	if err != nil {
		return nil, false
	}
	return []byte(strings.NewReplacer("$DIR", inString(dir), "$FILE", inString(file)).Replace(string(text))), true
}

// inString is text as it stands inside a JSON string.
func inString(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}
