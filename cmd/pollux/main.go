// Command pollux verifies async Rust. It also answers as `cargo pollux`, and to cargo in the place of rustc.
package main

import (
	"os"

	"pollux/internal/cli"
	"pollux/internal/wrapper"
)

func main() {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	os.Exit(cli.Main(os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
