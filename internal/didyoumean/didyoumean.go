// Package didyoumean finds the word that somebody who mistyped probably meant.
//
// It proposes only near misses: a wrong proposal sends a reader the wrong way, silence does not.
package didyoumean

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Among returns the known word nearest to word, and false when none is near: one letter in a short word, two in others, three in long ones, where two swapped letters count as two; or
// word is the beginning of exactly one known word. Among equals the first in order of known wins.
func Among(word string, known []string) (string, bool) {
	lower := strings.ToLower(word)
	best, distance := "", bound(len(word))+1
	for _, candidate := range known {
		if d := levenshtein.ComputeDistance(lower, strings.ToLower(candidate)); d < distance {
			best, distance = candidate, d
		}
	}
	if best != "" {
		return best, true
	}
	return onlyWithPrefix(lower, known)
}

// bound is how many letters of a word of n bytes may differ.
func bound(n int) int {
	switch {
	case n < 3:
		return 1
	case n < 8:
		return 2
	}
	return 3
}

// Hint is the proposal as a sentence, or the list of all known words when none is near and the list is short.
func Hint(word string, known []string) string {
	if best, ok := Among(word, known); ok {
		return fmt.Sprintf("did you mean `%s`?", best)
	}
	if len(known) == 0 || len(known) > 12 {
		return ""
	}
	return "one of: " + strings.Join(known, ", ")
}

func onlyWithPrefix(prefix string, known []string) (string, bool) {
	found, n := "", 0
	for _, candidate := range known {
		if len(prefix) >= 3 && strings.HasPrefix(strings.ToLower(candidate), prefix) {
			found, n = candidate, n+1
		}
	}
	return found, n == 1
}
