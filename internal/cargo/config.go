package cargo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// wrappers are the programs that the user has put in front of rustc.
type wrappers struct {
	all     string // RUSTC_WRAPPER
	members string // RUSTC_WORKSPACE_WRAPPER
}

// userWrappers finds the user's own wrappers where cargo looks for them: environment first, then the configuration
// files from dir upwards, then the one in cargo's home. An empty setting turns a wrapper off.
func userWrappers(dir string) (wrappers, error) {
	all, haveAll := fromEnvironment("RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER")
	members, haveMembers := fromEnvironment("RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER")
	for _, file := range configFiles(dir) {
		if haveAll && haveMembers {
			break
		}
		build, err := readConfig(file)
		if err != nil {
			return wrappers{}, err
		}
		if v, ok := build["rustc-wrapper"]; ok && !haveAll {
			all, haveAll = configProgram(file, v), true
		}
		if v, ok := build["rustc-workspace-wrapper"]; ok && !haveMembers {
			members, haveMembers = configProgram(file, v), true
		}
	}
	return wrappers{all: all, members: members}, nil
}

func fromEnvironment(names ...string) (string, bool) {
	for _, n := range names {
		if v, ok := os.LookupEnv(n); ok {
			return v, true
		}
	}
	return "", false
}

// configFiles lists the places of cargo's configuration, nearest first. Not all need exist.
func configFiles(dir string) []string {
	var files []string
	add := func(d string) {
		files = append(files, filepath.Join(d, "config"), filepath.Join(d, "config.toml"))
	}
	for d := range ancestors(dir) {
		add(filepath.Join(d, ".cargo"))
	}
	if home := cargoHome(); home != "" {
		add(home)
	}
	return files
}

func cargoHome() string {
	if home := os.Getenv("CARGO_HOME"); home != "" {
		return home
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".cargo")
}

// readConfig gives the strings of the [build] table. A file that is not there has none.
func readConfig(file string) (map[string]string, error) {
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), "wrapper") {
		return nil, nil // most files say nothing of wrappers; cargo itself complains about one it cannot read
	}
	var c struct {
		Build map[string]any `toml:"build"`
	}
	if err := toml.Unmarshal(data, &c); err != nil {
		return nil, &UserError{Kind: BadManifest, Op: "read cargo's configuration", Message: fmt.Sprintf("%s: %v", file, err)}
	}
	out := map[string]string{}
	for k, v := range c.Build {
		if s, ok := v.(string); ok {
			out[k] = s
		}
	}
	return out, nil
}

// configProgram resolves a program as cargo does: a bare name is looked up in PATH, a path is relative to the directory
// that holds `.cargo`.
func configProgram(file, value string) string {
	if value == "" || filepath.IsAbs(value) || !strings.ContainsAny(value, `/\`) {
		return value
	}
	return filepath.Join(filepath.Dir(filepath.Dir(file)), value)
}
