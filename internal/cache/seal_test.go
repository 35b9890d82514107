package cache

import (
	"bytes"
	"os"
	"testing"
)

// TestMain gives the tests a cache directory of their own: the key is made once for a process.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "pollux-cache-")
	if err != nil {
		panic(err)
	}
	os.Setenv("POLLUX_CACHE_DIR", dir)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func TestWhatWasEditedIsNotBelieved(t *testing.T) {
	sealed, ok := Seal([]byte("two\nlines"))
	if !ok {
		t.Fatal("nothing can be sealed")
	}
	if data, ok := Unseal(sealed); !ok || string(data) != "two\nlines" {
		t.Errorf("%q, %v", data, ok)
	}
	for i := range sealed {
		edited := bytes.Clone(sealed)
		edited[i] ^= 1
		if _, ok := Unseal(edited); ok {
			t.Errorf("byte %d was edited, and it is believed", i)
		}
	}
	for _, text := range []string{"", "\n", "two\nlines", "two\nlines\n"} {
		if _, ok := Unseal([]byte(text)); ok {
			t.Errorf("%q is believed", text)
		}
	}
}
