// Command pollux verifies async Rust. It also answers as `cargo pollux`.
package main

import (
	"os"

	"pollux/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
