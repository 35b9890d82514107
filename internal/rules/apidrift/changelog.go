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
