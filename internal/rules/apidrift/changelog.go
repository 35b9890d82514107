package apidrift

import (
	"regexp"
	"strings"

	"golang.org/x/mod/semver"

	"pollux/internal/cargo"
)

var (
	versionHead = regexp.MustCompile(`^#+ .*?\bv?(\d+\.\d+\.\d+(?:-[\w.]+)?)\b`)
	changeWords = regexp.MustCompile(`(?i)\b(?:remov|renam|mov(?:e|ed|ing)\b|replac|in favou?r of|instead of|no longer|drop(?:s|ped)?\b|hid(?:e|den)\b|private)`)
)

// changed is the first version of a library after which a name is not what it was, with the words of the library's own changelog;
// empty when the changelog does not say.
func (s *scope) changed(dep *cargo.Package, name string) (since, words string) {
	if s.changelog == nil {
		return "", ""
	}
	quoted := regexp.MustCompile("`[^`]*\\b" + regexp.QuoteMeta(name) + "\\b[^`]*`")
	version := ""
	for line := range strings.Lines(s.changelog(dep)) {
		if m := versionHead.FindStringSubmatch(line); m != nil {
			version = m[1]
			continue
		}
		if version == "" || !quoted.MatchString(line) || !changeWords.MatchString(line) {
			continue
		}
		if semver.Compare("v"+version, "v"+dep.Version) <= 0 {
			return version, strings.TrimSpace(line)
		}
	}
	return "", ""
}

var renamedTo = regexp.MustCompile("(?i)renam\\w* .*?`([^`]+)`.*? (?:to|as|into) `([^`]+)`")

// renamed reads a line about a renaming: what the name became, empty when the line does not say it of that name.
func renamed(words, name string) string {
	m := renamedTo.FindStringSubmatch(words)
	if m == nil || lastName(m[1]) != name {
		return ""
	}
	return lastName(m[2])
}

// lastName is the name of a function in its documentation's form: of `Builder::core_threads()` it is core_threads.
func lastName(text string) string {
	text = strings.TrimSuffix(strings.TrimSpace(text), "()")
	return strings.TrimPrefix(lastOf(text), ".")
}
