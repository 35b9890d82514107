package integrity

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"pollux/internal/rust"
)

// reader compares two texts of one settings file. A nil text is a file that is not there.
type reader func(c *comparison, change Change)

// settingsReader finds who reads a file; nil when it is no settings file of a check.
func settingsReader(name string) reader {
	base := path.Base(name)
	ext := path.Ext(base)
	yaml := ext == ".yml" || ext == ".yaml"
	switch {
	case base == "Cargo.toml":
		return (*comparison).manifest
	case base == "pollux.toml":
		return (*comparison).own
	case strings.HasSuffix(base, "baseline.json"):
		return (*comparison).baseline
	case base == "clippy.toml" || base == ".clippy.toml" || base == "nextest.toml" || strings.HasSuffix(name, ".cargo/config.toml") || strings.HasSuffix(name, ".cargo/config"):
		return (*comparison).tool
	case base == "rust-toolchain" || base == "rust-toolchain.toml":
		return (*comparison).toolchain
	case yaml && (strings.Contains(name, ".github/workflows/") || strings.Contains(name, ".circleci/") || strings.Contains(name, ".buildkite/") ||
		strings.HasPrefix(base, ".gitlab-ci") || strings.HasPrefix(base, "azure-pipelines") || base == "bitbucket-pipelines.yml" || base == ".travis.yml" ||
		strings.Contains(name, ".github/actions/") || base == ".pre-commit-config.yaml" || base == "lefthook.yml"),
		base == "Makefile" || base == "justfile" || base == "Justfile" || base == "Jenkinsfile" || base == "Makefile.toml":
		return (*comparison).commands
	case agentFile(name):
		return (*comparison).agent
	case base == "build.rs":
		return (*comparison).buildScript
	}
	return nil
}

// agentFile reports whether a file configures a coding agent or an editor.
func agentFile(name string) bool {
	for _, suffix := range []string{
		".claude/settings.json", ".claude/settings.local.json", ".mcp.json", ".codex/hooks.json", ".codex/config.toml", ".cursor/hooks.json",
		".cursor/mcp.json", ".gemini/settings.json", ".vscode/settings.json", ".vscode/mcp.json", "opencode.json", ".zed/settings.json", ".helix/languages.toml",
	} {
		if name == suffix || strings.HasSuffix(name, "/"+suffix) {
			return true
		}
	}
	return strings.Contains(name, ".github/hooks/") && path.Ext(name) == ".json"
}

// settle compares the settings files.
func (c *comparison) settle() {
	for _, change := range c.settings {
		if read := settingsReader(change.OldPath); read != nil && (change.New == nil || settingsReader(change.Path) == nil) {
			if change.Old != nil {
				read(c, Change{Path: change.OldPath, OldPath: change.OldPath, Old: change.Old})
			}
			continue
		}
		if read := settingsReader(change.Path); read != nil {
			read(c, change)
		}
	}
}

// setting reports a change of a settings file, at the line of a word in it.
func (c *comparison) setting(kind Kind, change Change, word, message, fix string) {
	line := 1
	if change.New != nil && word != "" {
		if before, _, ok := strings.Cut(*change.New, word); ok {
			line = 1 + strings.Count(before, "\n")
		}
	}
	c.report(kind, change.Path, rust.Range{Line: line, Column: 1, EndLine: line, EndColumn: 1}, "", message, fix)
}

// changed reports that a file that a check reads is not as it was, when nothing says that it is weaker.
func (c *comparison) changed(change Change, what string, from int) {
	if len(c.out) == from && text(change.Old) != text(change.New) {
		c.setting(SettingsChanged, change, "", what+" changed, in no way that is known to be weaker", "look at the difference")
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// buildScript reports only that there is something to look at: a build script decides which cfg the crate is compiled with.
func (c *comparison) buildScript(change Change) {
	c.changed(change, "the build script, which can set a cfg,", len(c.out))
}

// tool compares settings of clippy, nextest and cargo.
func (c *comparison) tool(change Change) {
	from := len(c.out)
	before, now := tree(text(change.Old)), tree(text(change.New))
	if change.New == nil {
		c.setting(SettingsWeaker, change, "", "the settings of a tool that checks are gone", "put the file back")
		return
	}
	for _, key := range sortedKeys(before, now) {
		was, had := before[key]
		is, has := now[key]
		last := key[strings.LastIndex(key, ".")+1:]
		why := ""
		switch {
		case strings.Contains(last, "threshold") && less2(was, is), last == "retries" && less2(was, is):
			why = fmt.Sprintf("`%s` was %v and is %v", key, show(was, had), show(is, has))
		case last == "default-filter" && fmt.Sprint(was) != fmt.Sprint(is) && has:
			why = fmt.Sprintf("`%s` leaves tests out: %v", key, is)
		case strings.HasPrefix(last, "disallowed-") || strings.HasPrefix(last, "await-holding-invalid"):
			if length(is) < length(was) {
				why = fmt.Sprintf("`%s` names less than before", key)
			}
		case last == "rustflags" || last == "rustdocflags":
			why = weakerFlags(show(was, had), show(is, has))
		case (last == "rustc-wrapper" || last == "rustc-workspace-wrapper" || last == "rustc" || last == "runner") && has && fmt.Sprint(was) != fmt.Sprint(is):
			why = fmt.Sprintf("`%s` puts another program in the place of rustc or of the tests: %v", key, is)
		case means("lower-is-weaker-variables", last) && less2(is, was):
			why = fmt.Sprintf("`%s` was %v and is %v", key, show(was, had), show(is, has))
		}
		if why != "" {
			c.setting(SettingsWeaker, change, last, "settings of a tool that checks are weaker: "+why, "put the setting back")
		}
	}
	c.changed(change, "the settings of a tool that checks", from)
}

// weakerFlags says what flags of rustc take away.
func weakerFlags(was, is string) string {
	for _, strict := range []string{"-D warnings", "-Dwarnings", "-D\", \"warnings"} {
		if strings.Contains(plainFlags(was), plainFlags(strict)) && !strings.Contains(plainFlags(is), plainFlags(strict)) {
			return "warnings are no longer errors"
		}
	}
	for _, lax := range []string{"--cap-lints", "-A", "--allow"} {
		if strings.Count(is, lax) > strings.Count(was, lax) {
			return fmt.Sprintf("`%s` is new", lax)
		}
	}
	return ""
}

func plainFlags(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(`[]", `, r) }), "")
}

// toolchain compares which compiler builds the crate.
func (c *comparison) toolchain(change Change) {
	from := len(c.out)
	was, is := channel(text(change.Old)), channel(text(change.New))
	before, now := tree(text(change.Old)), tree(text(change.New))
	if change.Old != nil && was != is && (is == "" || older(is, was)) {
		c.setting(SettingsWeaker, change, "channel", fmt.Sprintf("the toolchain was `%s` and is `%s`: lints and checks of the newer one are gone", was, is), "put the toolchain back")
	}
	if lost := missing(before["toolchain.components"], now["toolchain.components"]); change.New != nil && len(lost) > 0 {
		c.setting(SettingsWeaker, change, "components", fmt.Sprintf("the toolchain lacks %s now", strings.Join(lost, ", ")), "put the component back")
	}
	c.changed(change, "the toolchain", from)
}

func channel(text string) string {
	if t := tree(text); t["toolchain.channel"] != nil {
		return fmt.Sprint(t["toolchain.channel"])
	}
	if !strings.Contains(text, "[") {
		return strings.TrimSpace(text)
	}
	return ""
}

// older reports whether a version number is lower than another; channels by name are not compared.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, ok1 := number(x[i])
		n, ok2 := number(y[i])
		if !ok1 || !ok2 {
			return false
		}
		if m != n {
			return m < n
		}
	}
	return false
}

// agent compares how a coding agent or an editor calls pollux.
func (c *comparison) agent(change Change) {
	from := len(c.out)
	before, now := c.calls(change.OldPath, text(change.Old)), c.calls(change.Path, text(change.New))
	for _, place := range slices.Sorted(keysOf(before)) {
		switch {
		case now[place] == "":
			c.setting(SettingsWeaker, change, lastName(place), fmt.Sprintf("`%s` called pollux and does not any more", place), "put the entry back; pollux init writes it")
		case now[place] != before[place] && strings.Contains(before[place], "pollux") && !strings.Contains(now[place], "pollux"):
			c.setting(SettingsWeaker, change, lastName(place), fmt.Sprintf("`%s` called pollux and calls something else now", place), "put the entry back; pollux init writes it")
		}
	}
	for _, key := range []string{"disableAllHooks", "disable_all_hooks"} {
		if has := agentTree(change.Path, text(change.New))[key]; has == true && agentTree(change.OldPath, text(change.Old))[key] != true {
			c.setting(SettingsWeaker, change, key, "all hooks are switched off", "take the entry out")
		}
	}
	if len(before) > 0 {
		c.changed(change, "settings through which an agent or an editor calls pollux", from)
	}
}

func lastName(place string) string {
	name := place[strings.LastIndex(place, ".")+1:]
	return name
}

// calls are the places in a settings file at which pollux is called, with what stands there. Places in lists are counted by the
// name of the list.
func (c *comparison) calls(name, text string) map[string]string {
	out := map[string]string{}
	for key, value := range agentTree(name, text) {
		for _, s := range flat(value) {
			if strings.Contains(s, "pollux") {
				out[key] += s + " "
			}
		}
	}
	return out
}

// commands compares what CI or a build file runs.
func (c *comparison) commands(change Change) {
	from := len(c.out)
	before, now := checks(change.OldPath, text(change.Old)), checks(change.Path, text(change.New))
	everywhere := slices.Clone(now.commands)
	for _, other := range c.settings {
		if other.Path != change.Path && other.New != nil {
			everywhere = append(everywhere, checks(other.Path, *other.New).commands...)
		}
	}
	for _, was := range before.commands {
		if slices.Contains(everywhere, was) {
			continue
		}
		if why := replaced(was, now.commands, before.commands, everywhere); why != "" {
			c.setting(SettingsWeaker, change, strings.Fields(was)[0], why, "let it run as before")
		}
	}
	for _, key := range slices.Sorted(keysOf(now.lax)) {
		if now.lax[key] > before.lax[key] && change.Old != nil {
			c.setting(SettingsWeaker, change, key, fmt.Sprintf("`%s` is new: a step that fails counts as passed, or does not run", key), "take it out and mend what fails")
		}
	}
	for _, key := range slices.Sorted(keysOf(before.env)) {
		if why := weakerFlags(before.env[key], now.env[key]); why != "" && change.New != nil {
			c.setting(SettingsWeaker, change, key, fmt.Sprintf("`%s` is weaker: %s", key, why), "put the variable back")
		}
		if was, ok := number(before.env[key]); ok && means("lower-is-weaker-variables", key) {
			if is, ok := number(now.env[key]); ok && is < was {
				c.setting(SettingsWeaker, change, key, fmt.Sprintf("`%s` was %s and is %s", key, before.env[key], now.env[key]), "put the variable back")
			}
		}
	}
	if len(before.triggers) > 0 && change.New != nil {
		if lost := missingStrings(before.triggers, now.triggers); len(lost) > 0 {
			c.setting(SettingsWeaker, change, "on", fmt.Sprintf("it no longer runs on %s", strings.Join(lost, ", ")), "put the trigger back")
		}
	}
	if change.Old != nil {
		c.changed(change, "what CI or the build file runs", from)
	}
}

// replaced says what is lost when a command of CI is gone; empty when another does the same.
func replaced(was string, now, before, everywhere []string) string {
	best := ""
	for _, is := range slices.Concat(now, everywhere) {
		if verb(is) == verb(was) && (best == "" || strings.Contains(is, was)) && !(slices.Contains(before, is) && is != was) {
			best = is
		}
	}
	if best == "" {
		return fmt.Sprintf("%s does not run any more", quote(was))
	}
	for _, lax := range []string{"|| true", "|| :", "--no-run", "--skip", "--exclude", "--allow", "-A ", "--cap-lints", "|| exit 0", "|| echo"} {
		if strings.Contains(best, lax) && !strings.Contains(was, lax) {
			return fmt.Sprintf("%s became %s", quote(was), quote(best))
		}
	}
	for _, strict := range []string{"-D ", "--deny", "--all-targets", "--workspace", "--all-features", "--all ", "--locked", "--tests", "--fail-on"} {
		if strings.Contains(was+" ", strict) && !strings.Contains(best+" ", strict) && !(strict == "--all " && strings.Contains(best, "--workspace")) && strict != "--locked" {
			return fmt.Sprintf("%s became %s, without `%s`", quote(was), quote(best), strings.TrimSpace(strict))
		}
	}
	return ""
}

// verb is the program of a command and its first word that is no flag, the words of an environment left out.
func verb(command string) string {
	var out []string
	for _, w := range strings.Fields(command) {
		if strings.ContainsAny(w, "=") && len(out) == 0 || strings.HasPrefix(w, "-") || strings.HasPrefix(w, "+") {
			continue
		}
		if means("test-runners", w) {
			w = "test"
		}
		if out = append(out, w); len(out) == 2 {
			break
		}
	}
	return strings.Join(out, " ")
}
