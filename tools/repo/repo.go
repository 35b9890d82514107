// Package repo finds the root of this repository for the tools and the policy tests. It knows nothing else of it.
package repo

import (
	"errors"
	"os"
	"path/filepath"
)

// Root is the directory of go.mod, at or above the current directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("there is no go.mod here or above")
		}
		dir = filepath.Dir(dir)
	}
}
