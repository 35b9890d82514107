package report

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// example is a block of docs/output.md and the golden file that it is cut out of.
var example = regexp.MustCompile("(?s)<!-- from ([a-z.]+) -->\n```[a-z]*\n(.*?)```")

// squeezed is text without white space, so that documents may break lines as they like.
func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

func TestExamplesOfTheDocumentationAreWhatIsWritten(t *testing.T) {
	doc, err := os.ReadFile("../../docs/output.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := example.FindAllStringSubmatch(string(doc), -1)
	named := map[string]bool{}
	for _, e := range examples {
		named[e[1]] = true
		golden, err := os.ReadFile("testdata/" + e[1] + ".golden")
		if err != nil {
			t.Fatal(err)
		}
		rest := squeezed(string(golden))
		for part := range strings.SplitSeq(e[2], "...\n") {
			_, after, found := strings.Cut(rest, squeezed(part))
			if !found {
				t.Errorf("%s does not hold, after the parts before:\n%s", e[1], part)
			}
			rest = after
		}
	}
	for _, format := range Formats() {
		if !named["full."+format] {
			t.Errorf("docs/output.md has no example of %s", format)
		}
	}
}
