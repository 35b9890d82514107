package cache

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"
)

func TestAFileIsReplacedAndNothingElseIsLeft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(dir, "file")
	for _, text := range []string{"first", "second, longer", ""} {
		if err := WriteFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%q, %v; want %q", got, err, text)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestAFileThatCannotBeWrittenIsAnErrorWithoutRemains(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(filepath.Join(dir, "taken"), []byte("x")); err == nil {
		t.Error("a directory was replaced")
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d entries are left", len(left))
	}
}

func TestTheCacheDirectoryCanBeChosen(t *testing.T) {
	t.Setenv("POLLUX_CACHE_DIR", "/somewhere/else")
	if dir, err := Dir(); err != nil || dir != "/somewhere/else" {
		t.Errorf("%s, %v", dir, err)
	}
}

func TestWithoutAHomeInTheEnvironmentTheUsersEntryCounts(t *testing.T) {
	u, err := user.LookupId(strconv.Itoa(os.Getuid()))
	if err != nil || !filepath.IsAbs(u.HomeDir) {
		t.Skip("this user has no entry with a home")
	}
	for _, name := range []string{"POLLUX_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(name, "")
	}
	if dir, err := Dir(); err != nil || dir != filepath.Join(u.HomeDir, ".cache", "pollux") {
		t.Errorf("%s, %v", dir, err)
	}
}
