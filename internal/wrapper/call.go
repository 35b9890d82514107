package wrapper

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// call is what a rustc command line says, as far as a capture needs it.
type call struct {
	crate      string
	types      []string // of --crate-type, which may repeat
	emits      []string
	test       bool
	jsonErrors bool
	extra      string // -C extra-filename, with its dash
	outDir     string
	edition    string
	target     string
	source     string
	cfgs       []string
	externs    []string // files of --extern
	sysroot    string
	optimised  bool // -O, or -C opt-level other than 0
	assertions bool // -C debug-assertions is given
}

// takesValue are the options whose value may stand in the next argument.
var takesValue = map[string]bool{
	"--crate-name": true, "--crate-type": true, "--emit": true, "--out-dir": true, "--edition": true, "--target": true,
	"--cfg": true, "--check-cfg": true, "--extern": true, "--error-format": true, "--json": true, "--cap-lints": true,
	"--sysroot": true, "--print": true, "--remap-path-prefix": true, "--color": true, "--codegen": true, "--explain": true,
	"--diagnostic-width": true, "--env-set": true, "--allow": true, "--warn": true, "--deny": true, "--forbid": true,
	"--force-warn": true, "-C": true, "-L": true, "-l": true, "-A": true, "-W": true, "-D": true, "-F": true, "-Z": true, "-o": true,
}

// parseCall reads rustc's arguments, files of arguments (`@path`) included.
func parseCall(args []string) call {
	var c call
	args = expandFiles(args)
	for i := 0; i < len(args); i++ {
		name, value, glued := split(args[i])
		if !glued && takesValue[name] && i+1 < len(args) {
			i++
			value = args[i]
		}
		c.option(name, value)
	}
	return c
}

// split parts an argument from a value glued to it: `--emit=x`, `-Cx`.
func split(arg string) (name, value string, glued bool) {
	switch {
	case strings.HasPrefix(arg, "--"):
		return cutEqual(arg)
	case len(arg) > 2 && arg[0] == '-' && takesValue[arg[:2]]:
		return arg[:2], arg[2:], true
	}
	return arg, "", false
}

func cutEqual(arg string) (name, value string, glued bool) { return strings.Cut(arg, "=") }

func (c *call) option(name, value string) {
	switch name {
	case "--crate-name":
		c.crate = value
	case "--crate-type":
		c.types = append(c.types, strings.Split(value, ",")...)
	case "--emit":
		c.emits = append(c.emits, strings.Split(value, ",")...)
	case "--test":
		c.test = true
	case "--error-format":
		c.jsonErrors = value == "json"
	case "--out-dir":
		c.outDir = value
	case "--edition":
		c.edition = value
	case "--target":
		c.target = value
	case "--sysroot":
		c.sysroot = value
	case "--cfg":
		c.cfgs = append(c.cfgs, value)
	case "--extern":
		c.extern(value)
	case "-O":
		c.optimised = true
	case "-C", "--codegen":
		c.codegen(value)
	default:
		if !strings.HasPrefix(name, "-") || name == "-" {
			c.source = name
		}
	}
}

func (c *call) extern(value string) {
	if _, file, ok := strings.Cut(value, "="); ok {
		c.externs = append(c.externs, file)
	}
}

// externStems are the names of the crates given with --extern as their files have them, without `lib` and the ending.
func (c call) externStems() []string {
	var out []string
	for _, file := range c.externs {
		name := filepath.Base(file)
		out = append(out, strings.TrimPrefix(strings.TrimSuffix(name, filepath.Ext(name)), "lib"))
	}
	slices.Sort(out)
	return out
}

func (c *call) codegen(value string) {
	key, v, _ := strings.Cut(value, "=")
	switch strings.ReplaceAll(key, "_", "-") {
	case "extra-filename":
		c.extra = v
	case "opt-level":
		c.optimised = v != "0"
	case "debug-assertions":
		c.assertions = true
	}
}

// typeCheck tells whether this is a type check made by cargo itself. Build scripts that probe the compiler write
// command lines of their own, without JSON or without cargo's file name suffix.
func (c call) typeCheck() bool {
	return c.jsonErrors && c.crate != "" && c.extra != "" && c.outDir != "" && c.source != "" && c.source != "-" &&
		slices.Contains(c.emits, "metadata") && !slices.Contains(c.emits, "link")
}

// exportsGenerics tells whether rustc would look for optimised MIR of dependencies while it writes the metadata, which
// a checked dependency does not have. It does so for every crate type that other Rust crates can link against.
func (c call) exportsGenerics() bool {
	return !c.test && slices.ContainsFunc(c.types, func(t string) bool { return t == "lib" || t == "rlib" || t == "dylib" })
}

// stem is the path of the unit's files without an extension: the metadata is lib<stem>.rmeta.
func (c call) stem() string { return filepath.Join(c.outDir, c.crate+c.extra) }

// expandFiles replaces `@path` by the lines of the file, as rustc does for command lines that are too long.
func expandFiles(args []string) []string {
	if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "@") }) {
		return args
	}
	var out []string
	for _, a := range args {
		path, ok := strings.CutPrefix(a, "@")
		text, err := os.ReadFile(path)
		if !ok || err != nil {
			out = append(out, a)
			continue
		}
		out = append(out, strings.Split(strings.TrimRight(string(text), "\n"), "\n")...)
	}
	return out
}

func lookPath(program string) (string, error) {
	if filepath.IsAbs(program) {
		return program, nil
	}
	return exec.LookPath(program)
}
