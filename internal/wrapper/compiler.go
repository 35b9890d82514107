package wrapper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pollux/internal/cache"
	"pollux/internal/child"
)

// Remedy is how MIR is had from a rustc that, in a type check, cannot simply be asked for it: writing the metadata of a
// library then wants optimised MIR of its dependencies, which type-checked dependencies do not carry.
type Remedy string

const (
	// OneCall marks the crate as `compiler_builtins`; rustc lets no generics of such a crate be shared, so it asks nothing.
	OneCall Remedy = "one-call"
	// TwoCalls runs the user's command unchanged, then a second call that writes MIR and nothing else.
	TwoCalls Remedy = "two-calls"
)

// compiler is what is known of one rustc.
type compiler struct {
	Format   string
	Verbose  string // output of `rustc -vV`
	Proven   bool   // the two remedies were tried
	OneCall  bool
	TwoCalls bool   // the second call as a cdylib, which needs no attribute
	Reason   string // of the last remedy that failed
}

// version is the first line of `rustc -vV`.
func (c compiler) version() string { return strings.TrimSpace(firstLine(c.Verbose)) }

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// unlocked tells whether the user's own call of this rustc may use unstable features.
func (c compiler) unlocked(bootstrap, crate string) bool {
	if bootstrap == "-1" {
		return false
	}
	if bootstrap == "1" || slices.Contains(strings.Split(bootstrap, ","), crate) {
		return true
	}
	v := c.version()
	return strings.Contains(v, "-nightly") || strings.Contains(v, "-dev")
}

// compilerDeadline bounds one call of rustc that only asks for its version or compiles a few lines.
const compilerDeadline = 60 * time.Second

// identify finds out about the rustc, from the cache when it was seen before, and proves its remedies at first use.
func identify(rustc, cacheDir string, env []string) (compiler, error) {
	path, err := lookPath(rustc)
	if err != nil {
		return compiler{}, fmt.Errorf("find rustc: %w", err)
	}
	key, cacheable := fileIdentity(path)
	file := filepath.Join(cacheDir, "rustc", key+".json")
	if c, ok := readCompiler(file); cacheable && ok {
		return c, nil
	}
	verbose, err := output(path, env, "-vV")
	if err != nil {
		return compiler{}, err
	}
	if !cacheable {
		file = filepath.Join(cacheDir, "rustc", digest("verbose", verbose)+".json")
		if c, ok := readCompiler(file); ok && c.Verbose == verbose {
			return c, nil
		}
	}
	c := compiler{Format: Format, Verbose: verbose}
	c.prove(path, env)
	if data, err := json.Marshal(c); err == nil && c.Proven {
		_ = cache.WriteFile(file, data) // only a saving: the next call proves again
	}
	return c, nil
}

func readCompiler(file string) (compiler, bool) {
	var c compiler
	data, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(data, &c) != nil {
		return c, false
	}
	return c, c.Format == Format && c.Verbose != ""
}

// fileIdentity names a rustc by its file. It is false for a file that may stand for several compilers, as rustup's
// proxies do: the real ones have their library directory beside them.
func fileIdentity(path string) (string, bool) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", false
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", false
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(filepath.Dir(real)), "lib", "rustlib")); err != nil {
		return "", false
	}
	return digest("file", real, fmt.Sprint(info.Size()), fmt.Sprint(info.ModTime().UnixNano())), true
}

// digest hashes the parts, none of which can run into the next.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s\n", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// output runs a short command and gives its standard output.
func output(program string, env []string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), compilerDeadline)
	defer cancel()
	out, errs := &child.Tail{Limit: 64 << 10}, &child.Tail{Limit: 4 << 10}
	err := child.Run(ctx, child.Command{Path: program, Args: args, Env: env, Stdout: out, Stderr: errs})
	if err != nil {
		return "", fmt.Errorf("run %s %s: %w: %s", filepath.Base(program), strings.Join(args, " "), err, strings.TrimSpace(errs.String()))
	}
	return out.String(), nil
}
