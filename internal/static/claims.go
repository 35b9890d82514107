package static

import (
	"regexp"
	"strings"
)

// What a doc comment can claim.
const (
	claimSafe      = "safe"
	claimQualified = "qualified"
	claimUnsafe    = "unsafe"
)

var (
	header    = regexp.MustCompile(`(?im)^#+ *cancel(?:lation)?[ -]safety.*$`)
	anyHeader = regexp.MustCompile(`(?m)^#+ `)
	sentence  = regexp.MustCompile(`[^.!?]*[.!?]`)
	negative  = regexp.MustCompile(`(?i)\b(?:not|isn't|never|n't|nor) (?:\w+ )?cancel(?:lation)?[ -]?safe|cancel(?:lation)?[ -]?unsafe|not (?:be )?safe to cancel`)
	positive  = regexp.MustCompile(`(?i)cancel(?:lation)?[ -]?safe\b|safe to cancel`)
	hedged    = regexp.MustCompile(`(?i)\b(?:if|as long as|provided|unless|only|except|whenever|as cancel|when the)\b`)
	queue     = regexp.MustCompile(`(?i)place in the queue|fairness`)
)

// claimOf is what the documentation of a function says about its cancellation, with the sentence that says so. A section of that name
// counts before sentences elsewhere.
func claimOf(doc string) (claim, where string) {
	text := doc
	section := header.FindStringIndex(doc)
	if section != nil {
		text = doc[section[1]:]
		if end := anyHeader.FindStringIndex(text); end != nil {
			text = text[:end[0]]
		}
	}
	text = strings.Join(strings.Fields(strings.NewReplacer("`", "", "*", "", "_", " ").Replace(text)), " ") + "."
	hedge := ""
	for _, s := range sentence.FindAllString(text, -1) {
		s = strings.TrimSpace(s)
		switch {
		case negative.MatchString(s):
			return claimUnsafe, s
		case positive.MatchString(s) && hedged.MatchString(s):
			hedge = s
		case positive.MatchString(s):
			return claimSafe, s
		case section != nil && queue.MatchString(s):
			return claimQualified, s
		}
	}
	if hedge != "" {
		return claimQualified, hedge
	}
	return "", ""
}

// contradicts reports whether an inferred verdict and a claim cannot both be right. A qualified claim leaves room for either, and
// nothing contradicts what is not known.
func contradicts(verdict, claim string) bool {
	switch verdict {
	case "lossy", "state", "detached":
		return claim == claimSafe
	case "safe", "fairness":
		return claim == claimUnsafe
	}
	return false
}
