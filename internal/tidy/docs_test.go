package tidy

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// text returns a file of the repository.
func (m *module) text(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(m.root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (m *module) markdown(yield func(string) bool) {
	for _, name := range m.files {
		if strings.HasSuffix(name, ".md") && !strings.Contains(name, "testdata/") && !yield(name) {
			return
		}
	}
}

var (
	quoted = regexp.MustCompile("`([A-Za-z0-9_./-]+)`")
	linked = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
)

// rooted are the first folders of paths that documents name from the root of the repository.
var rooted = []string{"cmd/", "docs/", "examples/", "internal/", "testdata/", "tools/", ".ci/"}

func TestPathsInDocumentsExist(t *testing.T) {
	m := load(t)
	for name := range m.markdown {
		text := m.text(t, name)
		for _, match := range quoted.FindAllStringSubmatch(text, -1) {
			p := strings.TrimSuffix(match[1], "/")
			if hasAnyPrefix(p, rooted) && !m.exists(p) {
				t.Errorf("%s names `%s`, which does not exist", name, match[1])
			}
		}
		for _, match := range linked.FindAllStringSubmatch(text, -1) {
			if strings.Contains(match[1], ":") {
				continue // an address
			}
			if p := path.Join(path.Dir(name), match[1]); !m.exists(p) && !m.exists(path.Join(path.Dir(docTarget(name)), match[1])) {
				t.Errorf("%s links to %s, which does not exist", name, match[1])
			}
		}
	}
}

// docTarget is where a page is read: the page of a rule is copied to docs/rules.
func docTarget(name string) string {
	if strings.HasPrefix(name, "internal/rules/") && path.Base(name) == "doc.md" {
		return "docs/rules/" + path.Base(name)
	}
	return name
}

func (m *module) exists(name string) bool {
	_, err := os.Stat(filepath.Join(m.root, filepath.FromSlash(name)))
	return err == nil
}

func hasAnyPrefix(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

var dependencyRow = regexp.MustCompile(`(?m)^\| ([a-z0-9.-]+\.[a-z]+/\S+) \| (v\S+) \|`)

func TestEveryDependencyHasItsReason(t *testing.T) {
	m := load(t)
	mod, err := modfile.Parse("go.mod", []byte(m.text(t, "go.mod")), nil)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, row := range dependencyRow.FindAllStringSubmatch(m.text(t, "docs/dependencies.md"), -1) {
		if listed[row[1]] != "" {
			t.Errorf("docs/dependencies.md lists %s twice", row[1])
		}
		listed[row[1]] = row[2]
	}
	for _, r := range mod.Require {
		version, ok := listed[r.Mod.Path]
		switch {
		case ok && version != r.Mod.Version:
			t.Errorf("docs/dependencies.md lists %s %s, go.mod requires %s", r.Mod.Path, version, r.Mod.Version)
		case !ok && !r.Indirect:
			t.Errorf("docs/dependencies.md does not say why %s is needed", r.Mod.Path)
		}
		delete(listed, r.Mod.Path)
	}
	for name := range listed {
		t.Errorf("docs/dependencies.md lists %s, which go.mod does not require", name)
	}
}

func TestEveryExitStatusIsDocumented(t *testing.T) {
	m := load(t)
	page := m.text(t, "docs/exit-codes.md")
	declared := regexp.MustCompile(`(?m)^\t\w+ +Status = (\d+)`).FindAllStringSubmatch(m.text(t, "internal/cli/status.go"), -1)
	rows := regexp.MustCompile(`(?m)^\| (\d+) \|`).FindAllStringSubmatch(page, -1)
	numbers := func(matches [][]string) []string {
		var out []string
		for _, match := range matches {
			out = append(out, match[1])
		}
		slices.Sort(out)
		return out
	}
	want := append(numbers(declared), "2") // reserved: documented and never declared
	slices.Sort(want)
	if got := numbers(rows); !slices.Equal(got, want) {
		t.Errorf("docs/exit-codes.md has the statuses %v, internal/cli has %v", got, want)
	}
}

// registries are host names of package registries. They are written in halves, so that this file does not hold one.
var registries = []string{"crates" + ".io", "docs" + ".rs/", "proxy.golang" + ".org", "sum.golang" + ".org",
	"pkg.go" + ".dev", "npmjs" + ".org", "npmjs" + ".com", "pypi" + ".org", "rubygems" + ".org"}

// mayNameRegistry are files in a form that is not ours: cargo writes the address of its registry into every lock file.
func mayNameRegistry(name string) bool { return path.Base(name) == "Cargo.lock" }

func TestNoFileNamesAPackageRegistry(t *testing.T) {
	m := load(t)
	for _, name := range m.files {
		if mayNameRegistry(name) {
			continue
		}
		info, err := os.Stat(filepath.Join(m.root, filepath.FromSlash(name)))
		if err != nil || info.Size() > 8<<20 {
			continue
		}
		text := m.text(t, name)
		for _, host := range registries {
			if i := strings.Index(text, host); i >= 0 {
				t.Errorf("%s:%d names the registry %s: what is stored must not depend on where packages came from; "+
					"write $REGISTRY in recorded text", name, 1+strings.Count(text[:i], "\n"), host)
			}
		}
	}
}
