package integrity

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// manifestLints are the levels that a Cargo.toml gives to lints, by the name that attributes use.
func manifestLints(text string) map[string]string {
	out := map[string]string{}
	for key, value := range tree(text) {
		_, rest, ok := strings.Cut("."+key, ".lints.")
		if !ok || rest == "workspace" {
			continue
		}
		tool, name, ok := strings.Cut(rest, ".")
		if !ok {
			continue
		}
		name, part, detailed := strings.Cut(name, ".")
		if detailed && part != "level" {
			continue
		}
		if tool != "rust" {
			name = tool + "::" + name
		}
		out[strings.ReplaceAll(name, "-", "_")] = fmt.Sprint(value)
	}
	return out
}

// manifestLevel is the rank that a Cargo.toml gives to a lint, -1 when it says nothing.
func manifestLevel(text, name string) int {
	if !strings.Contains(text, "lints") {
		return -1
	}
	level, ok := manifestLints(text)[name]
	if !ok {
		return -1
	}
	return rank(level)
}

// manifest compares a Cargo.toml as far as checks depend on it.
func (c *comparison) manifest(change Change) {
	if change.Old == nil || change.New == nil {
		return
	}
	c.lintTables(change)
	before, now := tree(*change.Old), tree(*change.New)
	for _, key := range sortedKeys(before, now) {
		was, is := before[key], now[key]
		if fmt.Sprint(was) == fmt.Sprint(is) {
			continue
		}
		parts := strings.Split(key, ".")
		last := parts[len(parts)-1]
		switch {
		case last == "autotests" && now["test"] != nil && before["test"] == nil: // all targets are named instead
		case is == false && slices.Contains([]string{"test", "doctest", "autotests", "bench"}, last) && (parts[0] == "lib" || parts[0] == "package"):
			c.setting(SettingsWeaker, change, last, fmt.Sprintf("`%s = false` is new: its tests do not run", key), "take it out")
		case is == false && parts[0] == "profile" && (last == "debug-assertions" || last == "overflow-checks"):
			c.setting(SettingsWeaker, change, last, fmt.Sprintf("`%s = false` is new: what it checks at run time is not checked any more", key), "take it out")
		}
	}
	c.targets(change, before, now)
}

// lintTables compares [lints] and [workspace.lints].
func (c *comparison) lintTables(change Change) {
	before, now := manifestLints(*change.Old), manifestLints(*change.New)
	inherits := tree(*change.New)["lints.workspace"] == true
	if tree(*change.Old)["lints.workspace"] == true && !inherits {
		c.setting(SettingsWeaker, change, "", "the package does not take the lints of its workspace any more", "put `lints.workspace = true` back")
	}
	for _, name := range slices.Sorted(keysOf(before)) {
		was, is := before[name], now[name]
		if is != "" && rank(is) >= rank(was) || rank(was) == 0 || is == "" && (c.workspaceLint(name) >= rank(was) && inherits || c.sourceLint(name) >= rank(was)) {
			continue
		}
		if is == "" {
			is = "not set"
		}
		c.setting(SettingsWeaker, change, lastSegment(name), fmt.Sprintf("the lint `%s` was `%s` and is `%s`", name, was, is), "put the level back and mend what the lint finds")
	}
	c.lintsAllowed(change, before, now)
}

// lintsAllowed reports lints that a table allows which was there before, unless the same change makes a group of lints stricter: then
// they are exceptions.
func (c *comparison) lintsAllowed(change Change, before, now map[string]string) {
	var fresh []string
	quiet := true
	for _, name := range slices.Sorted(keysOf(now)) {
		if now[name] == "allow" && before[name] == "" {
			fresh = append(fresh, name)
			quiet = quiet && looks(name)
		}
		if means("lint-groups", name) && rank(now[name]) > 0 && rank(before[name]) < rank(now[name]) {
			return
		}
	}
	if len(fresh) == 0 || len(before) == 0 {
		return
	}
	message := fmt.Sprintf("the lint `%s` is allowed in the whole package now", fresh[0])
	if len(fresh) > 1 {
		message = fmt.Sprintf("%d lints, the first of them `%s`, are allowed in the whole package now", len(fresh), fresh[0])
	}
	c.setting(LintAllowed, change, lastSegment(fresh[0]), message, "mend what the lint finds and take the line out")
	if quiet {
		c.out[len(c.out)-1].Severity = finding.Info
	}
}

// workspaceLint is the rank of a lint in any manifest of the change.
func (c *comparison) workspaceLint(name string) int {
	best := -1
	for _, change := range c.settings {
		if change.New != nil && strings.HasSuffix(change.Path, "Cargo.toml") {
			best = max(best, manifestLevel(*change.New, name))
		}
	}
	if best < 0 {
		if text, ok := c.read("Cargo.toml"); ok {
			best = manifestLevel(text, name)
		}
	}
	return best
}

// sourceLint is the strictest rank that an inner attribute of the change gives to a lint.
func (c *comparison) sourceLint(name string) int {
	best := -1
	for _, l := range c.new.lints() {
		if l.inner && l.name == name {
			best = max(best, rank(l.level))
		}
	}
	return best
}

// targets compares the test targets that a manifest names.
func (c *comparison) targets(change Change, before, now map[string]any) {
	of := func(tree map[string]any, kind string) map[string]map[string]any {
		out := map[string]map[string]any{}
		list, _ := tree[kind].([]any)
		for _, entry := range list {
			if table, ok := entry.(map[string]any); ok {
				out[fmt.Sprint(table["name"])] = table
			}
		}
		return out
	}
	for _, kind := range []string{"test", "bin", "example", "bench"} {
		old, fresh := of(before, kind), of(now, kind)
		for _, name := range slices.Sorted(keysOf(fresh)) {
			table, was := fresh[name], old[name]
			if table["test"] == false && was["test"] != false && (kind == "test" || was != nil) {
				c.setting(SettingsWeaker, change, name, fmt.Sprintf("`test = false` of the %s target `%s` is new: its tests do not run", kind, name), "take it out")
			}
			if kind == "test" && table["harness"] == false && was["harness"] != false {
				c.setting(SettingsWeaker, change, name, fmt.Sprintf("`harness = false` of the test target `%s` is new: functions with #[test] do not run", name), "take it out")
			}
			if kind == "test" && table["required-features"] != nil && was["required-features"] == nil {
				c.setting(TestConditional, change, name, fmt.Sprintf("the test target `%s` is built only with some features now", name), "take the condition out")
			}
		}
		if kind == "test" && now["package.autotests"] == false {
			for _, name := range slices.Sorted(keysOf(old)) {
				if fresh[name] == nil {
					c.setting(SettingsWeaker, change, "", fmt.Sprintf("the test target `%s` is gone", name), "put it back")
				}
			}
		}
	}
}

// own compares pollux.toml.
func (c *comparison) own(change Change) {
	from := len(c.out)
	before, now := tree(text(change.Old)), tree(text(change.New))
	for _, key := range sortedKeys(before, now) {
		was, had := before[key]
		is, has := now[key]
		if fmt.Sprint(was) == fmt.Sprint(is) && had == has {
			continue
		}
		if why := weakerOwn(key, was, is); why != "" {
			c.setting(SettingsWeaker, change, key[strings.LastIndex(key, ".")+1:], "pollux.toml is weaker: "+why, "put the setting back and mend what pollux finds")
		}
	}
	c.changed(change, "pollux.toml", from)
}

// severityRank orders what `fail-on` can be, the strictest first.
func severityRank(v any) int {
	if v == nil {
		v = "warning"
	}
	return slices.Index([]string{"info", "warning", "error"}, fmt.Sprint(v))
}

// weakerOwn says in which way a setting of pollux is weaker; empty when it is not.
func weakerOwn(key string, was, is any) string {
	rule, isLevel := strings.CutPrefix(key, "levels.")
	switch {
	case isLevel:
		before, now := fmt.Sprint(was), fmt.Sprint(is)
		order := []string{"allow", "warn", "<nil>", "deny"}
		if slices.Index(order, now) < slices.Index(order, before) {
			return fmt.Sprintf("the level of `%s` was %s and is %s", rule, show(was, was != nil), show(is, is != nil))
		}
	case key == "fail-on" && severityRank(is) > severityRank(was):
		return fmt.Sprintf("`fail-on` is `%v` now", is)
	case key == "baseline" && is != nil:
		return fmt.Sprintf("the baseline `%v` hides what it holds", is)
	case key == "rule" || key == "package":
		if length(is) > 0 && (length(was) == 0 || len(missing(was, is)) > 0) {
			return fmt.Sprintf("`%s` leaves out what it does not name: %v", key, is)
		}
	case key == "exclude":
		if len(missing(is, was)) > 0 {
			return fmt.Sprintf("`exclude` leaves out more: %v", is)
		}
	case slices.Contains([]string{"workspace", "tests", "all-targets", "all-features", "lib", "bins", "examples", "benches"}, key):
		if was == true && is != true {
			return fmt.Sprintf("`%s` is off", key)
		}
	case key == "no-deps" && is == true:
		return "`no-deps` keeps pollux from looking into dependencies"
	case key == "weakening" || key == "call" || key == "guard" || key == "closure":
		if length(is) > length(was) {
			return fmt.Sprintf("a row [[%s]] is new, and pollux believes it", key)
		}
		return fmt.Sprintf("the rows [[%s]] are not what they were, and pollux believes them", key)
	}
	return ""
}

// baseline compares files of accepted findings.
func (c *comparison) baseline(change Change) {
	accepted := func(text string) (ids []string) {
		var b struct {
			Schema   string
			Accepted []struct{ ID, Rule string }
		}
		if json.Unmarshal([]byte(text), &b) != nil || !strings.HasPrefix(b.Schema, "pollux-baseline/") {
			return nil
		}
		for _, a := range b.Accepted {
			ids = append(ids, a.Rule+" "+a.ID)
		}
		return ids
	}
	if fresh := missingStrings(accepted(text(change.New)), accepted(text(change.Old))); len(fresh) > 0 {
		rule, _, _ := strings.Cut(fresh[0], " ")
		c.setting(SettingsWeaker, change, "", fmt.Sprintf("the baseline accepts %d findings more, the first of `%s`: they are not reported any more", len(fresh), rule), "mend them, or let a person accept them")
		c.out[len(c.out)-1].Severity = finding.Error
	}
}
