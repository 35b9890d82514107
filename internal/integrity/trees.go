package integrity

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
	"go.yaml.in/yaml/v3"
)

// tree reads TOML into dotted keys. Tables in lists are left as they are. What is no TOML has no keys.
func tree(text string) map[string]any {
	var root map[string]any
	if toml.Unmarshal([]byte(text), &root) != nil {
		return map[string]any{}
	}
	return flatten(root)
}

func flatten(root map[string]any) map[string]any {
	out := map[string]any{}
	var walk func(prefix string, v any)
	walk = func(prefix string, v any) {
		if table, ok := v.(map[string]any); ok {
			for key, value := range table {
				walk(strings.TrimPrefix(prefix+"."+key, "."), value)
			}
			return
		}
		out[prefix] = v
	}
	walk("", root)
	return out
}

// agentTree reads JSON with comments, or TOML, into dotted keys; elements of lists share the key of the list.
func agentTree(name, text string) map[string]any {
	if path.Ext(name) == ".toml" {
		return tree(text)
	}
	plain, err := hujson.Standardize([]byte(text))
	var root any
	if err != nil || json.Unmarshal(plain, &root) != nil {
		return map[string]any{}
	}
	out := map[string]any{}
	var walk func(prefix string, v any)
	walk = func(prefix string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(strings.TrimPrefix(prefix+"."+key, "."), v[key])
			}
		case []any:
			for _, element := range v {
				walk(prefix, element)
			}
		default:
			if have, ok := out[prefix]; ok {
				v = []any{have, v}
			}
			out[prefix] = v
		}
	}
	walk("", root)
	return out
}

// flat are the strings in a value.
func flat(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, flat(e)...)
		}
		return out
	}
	return nil
}

func sortedKeys(a, b map[string]any) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

func keysOf[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

func show(v any, there bool) string {
	if !there {
		return "not set"
	}
	return fmt.Sprint(v)
}

// less2 reports whether two values are numbers of which the first is less. What is not there is 0.
func less2(a, b any) bool {
	x, ok1 := number(show(a, a != nil))
	y, ok2 := number(show(b, b != nil))
	return (ok1 || a == nil) && ok2 && x < y
}

func length(v any) int {
	list, _ := v.([]any)
	return len(list)
}

// missing are the strings of a list that another does not have.
func missing(before, now any) []string { return missingStrings(flat(before), flat(now)) }

func missingStrings(before, now []string) []string {
	return slices.DeleteFunc(slices.Clone(before), func(s string) bool { return slices.Contains(now, s) })
}

// ci is what a file of CI, or a build file, runs.
type ci struct {
	commands []string
	lax      map[string]int // keys that let a failure pass
	env      map[string]string
	triggers []string
}

// checks reads the commands that check something. YAML is read as such, other files as lines without comments.
func checks(name, text string) ci {
	out := ci{lax: map[string]int{}, env: map[string]string{}}
	if ext := path.Ext(name); ext != ".yml" && ext != ".yaml" {
		out.script(withoutComments(text))
		return out
	}
	var root yaml.Node
	if yaml.Unmarshal([]byte(text), &root) != nil {
		return out
	}
	out.walk(&root, "")
	return out
}

func withoutComments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "//") {
			continue
		}
		b.WriteString(line)
	}
	return b.String()
}

func (c *ci) walk(n *yaml.Node, key string) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			name, value := n.Content[i].Value, n.Content[i+1]
			c.entry(name, value)
			c.walk(value, name)
		}
	case yaml.ScalarNode:
		if key == "env" || key == "name" {
			return
		}
		c.script(n.Value)
	case yaml.AliasNode:
	default:
		for _, child := range n.Content {
			c.walk(child, key)
		}
	}
}

// entry looks at one key of a mapping.
func (c *ci) entry(name string, value *yaml.Node) {
	text := strings.TrimSpace(value.Value)
	switch {
	case (name == "continue-on-error" || name == "allow_failure" || name == "continueOnError") && text != "false":
		c.lax[name]++
	case (name == "if" || name == "when" || name == "condition") && slices.Contains([]string{"false", "${{ false }}", "never", "manual", "false()"}, text):
		c.lax[name+": "+text]++
	case name == "on" || name == "true" && value.Kind != yaml.ScalarNode: // YAML 1.1 reads `on` as true
		c.triggers = append(c.triggers, triggers(value)...)
	case value.Kind == yaml.ScalarNode && strings.ToUpper(name) == name && len(name) > 1:
		c.env[name] = text
	}
}

func triggers(n *yaml.Node) []string {
	var out []string
	switch n.Kind {
	case yaml.ScalarNode:
		out = append(out, n.Value)
	case yaml.SequenceNode:
		for _, e := range n.Content {
			out = append(out, e.Value)
		}
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			out = append(out, n.Content[i].Value)
		}
	}
	return slices.DeleteFunc(out, func(t string) bool {
		return t != "push" && t != "pull_request" && t != "merge_group" && t != "schedule"
	})
}

// script takes the checking commands of a text that a shell runs.
func (c *ci) script(text string) {
	text = strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.Lines(withoutComments(text)) {
		for _, part := range strings.FieldsFunc(strings.ReplaceAll(line, "&&", "\x00"), func(r rune) bool { return r == 0 || r == ';' }) {
			if command := strings.Join(strings.Fields(strings.TrimLeft(strings.TrimSpace(part), "@-")), " "); isCheck(command) {
				c.commands = append(c.commands, command)
			}
		}
	}
}

// isCheck reports whether a command runs a check.
func isCheck(command string) bool {
	fields := strings.Fields(command)
	i := slices.IndexFunc(fields, func(w string) bool { return !strings.Contains(w, "=") })
	if i < 0 {
		return false
	}
	switch path.Base(fields[i]) {
	case "pollux", "cargo-pollux":
		return true
	case "cargo", "cross", "make", "just", "go":
		return slices.ContainsFunc(fields[i+1:], func(w string) bool { return means("checking-commands", w) })
	}
	return false
}
