// Command man writes a manual page for each verb, for packages: go run ./tools/man -dir DIR.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra/doc"

	"pollux/internal/cli"
	"pollux/internal/engine"
)

func main() {
	dir := flag.String("dir", "", "folder to write into; it is made if need be")
	flag.Parse()
	if *dir == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: go run ./tools/man -dir DIR")
		os.Exit(3)
	}
	if err := write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "man:", err)
		os.Exit(1)
	}
}

// write writes pages of section 1. The same program writes the same bytes: they carry no date.
func write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	root := cli.Tree()
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Title: "POLLUX", Section: "1", Source: "pollux " + engine.Version, Date: &time.Time{}}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return fmt.Errorf("write the pages: %w", err)
	}
	return nil
}
