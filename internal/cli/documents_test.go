package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// documents are the folders and files whose commands a reader may type.
var documents = []string{"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "action.yml", ".pre-commit-hooks.yaml"}

var (
	quotedCommand = regexp.MustCompile("`((?:cargo )?pollux [^`]*)`")
	lineOfShell   = regexp.MustCompile(`^(?:\$ |  entry: )?((?:cargo )?pollux [^#]*)`)
)

// commands are those of a document: whole lines inside of its blocks of code, and what is quoted outside of them. A file that is no
// document is one block.
func commands(name, text string) (out []string) {
	code := !strings.HasSuffix(name, ".md")
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			code = !code
		case code:
			if m := lineOfShell.FindStringSubmatch(line); m != nil {
				out = append(out, strings.TrimSpace(m[1]))
			}
		default:
			for _, m := range quotedCommand.FindAllStringSubmatch(line, -1) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

// placeholder is a word in the verb's place that the reader has to put in, or a list of verbs: `VERB`, `explore|replay`.
var placeholder = regexp.MustCompile(`[A-Z]{2,}|[\[\]|,.]`)

func TestCommandsInDocumentsAreUnderstood(t *testing.T) {
	seen := 0
	for _, name := range documents {
		err := filepath.WalkDir(filepath.Join("..", "..", name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			for _, command := range commands(path, string(text)) {
				seen++
				if err := understood(command); err != nil {
					t.Errorf("%s: `%s`: %v", path, command, err)
				}
			}
			return err
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if seen < 50 {
		t.Errorf("only %d commands were found in the documents", seen)
	}
}

func TestACommandThatDoesNotExistIsNotUnderstood(t *testing.T) {
	for _, command := range []string{"pollux chekc", "pollux check --no-such-flag", "cargo pollux verfy"} {
		if understood(command) == nil {
			t.Errorf("`%s` passes for a command", command)
		}
	}
}

// understood tells whether the verb and the flags of a command exist. Nothing is run.
func understood(command string) error {
	line := strings.TrimPrefix(strings.TrimPrefix(command, "cargo "), "pollux ")
	given := strings.Fields(line)
	if i := slices.IndexFunc(given, func(w string) bool { return w == "--" || w == "|" || w == ">" || w == "&&" || w == ";" }); i >= 0 {
		given = given[:i]
	}
	_, given = toolchainOf(given)
	if len(given) == 0 || placeholder.MatchString(given[0]) {
		return nil
	}
	cmd, rest, err := Tree().Find(given)
	switch {
	case err != nil:
		return err
	case !cmd.HasParent() && !strings.HasPrefix(given[0], "-"):
		return fmt.Errorf("there is no verb `%s`", given[0])
	}
	cmd.InitDefaultHelpFlag()
	for _, w := range rest {
		if err := hasFlag(cmd, strings.Trim(w, "[]")); err != nil {
			return err
		}
	}
	return nil
}

// toolchainOf takes a leading `+TOOLCHAIN` off.
func toolchainOf(given []string) (string, []string) {
	rest, toolchain := words(append([]string{"pollux"}, given...))
	return toolchain, rest
}

func hasFlag(cmd *cobra.Command, w string) error {
	name, _, _ := strings.Cut(w, "=")
	switch {
	case !strings.HasPrefix(name, "-") || name == "-":
		return nil
	case strings.HasPrefix(name, "--") && (cmd.Flags().Lookup(name[2:]) != nil || cmd.InheritedFlags().Lookup(name[2:]) != nil):
		return nil
	case !strings.HasPrefix(name, "--") && (cmd.Flags().ShorthandLookup(name[1:2]) != nil || cmd.InheritedFlags().ShorthandLookup(name[1:2]) != nil):
		return nil
	}
	return fmt.Errorf("`%s` has no flag `%s`", cmd.Name(), name)
}
