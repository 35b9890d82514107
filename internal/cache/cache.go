// Package cache names the places outside the user's tree where pollux keeps what it can make again, and writes files
// there so that a reader sees the old content or the new one, never a half.
//
// Invariant: everything below [Dir] may be deleted at any time; pollux is then slower, never wrong.
package cache

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// Dir gives the user's cache directory for pollux: $POLLUX_CACHE_DIR, else the system's place for caches, also where the environment
// does not say where the user's home is, as under a service manager.
func Dir() (string, error) {
	if dir := os.Getenv("POLLUX_CACHE_DIR"); dir != "" {
		return filepath.Abs(dir)
	}
	base, err := os.UserCacheDir()
	if err == nil {
		return filepath.Join(base, "pollux"), nil
	}
	u, unknown := user.LookupId(strconv.Itoa(os.Getuid()))
	if unknown != nil || !filepath.IsAbs(u.HomeDir) {
		return "", fmt.Errorf("find the cache directory: %w", err)
	}
	return filepath.Join(u.HomeDir, ".cache", "pollux"), nil
}

// WriteFile replaces the file in one step and makes the directories above it.
//
// It does not force the bytes to the disk: readers check what they read, and a file lost in a power cut is made again.
func WriteFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	if _, err = f.Write(data); err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}
