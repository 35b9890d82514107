package cache

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// keyFile holds the key of the seals of this user. It lies in the cache directory, outside of every project: what lies inside of one,
// such as cargo's target directory, can be written by whoever works on the project.
const keyFile = "seal.key"

const keyBytes = 32

// keys are those that were read, by the cache directory they lie in.
var keys sync.Map

// key is the user's; nil where none can be kept, and then nothing that is sealed is believed.
func key() []byte {
	dir, err := Dir()
	if err != nil {
		return nil
	}
	if k, ok := keys.Load(dir); ok {
		return k.([]byte)
	}
	k := readKey(dir)
	if k != nil {
		keys.Store(dir, k)
	}
	return k
}

// readKey reads the key of a cache directory, and makes it at first use.
func readKey(dir string) []byte {
	path := filepath.Join(dir, keyFile)
	if have, err := os.ReadFile(path); err == nil && len(have) == keyBytes {
		return have
	}
	fresh := make([]byte, keyBytes)
	if _, err := rand.Read(fresh); err != nil || os.MkdirAll(dir, 0o777) != nil {
		return nil
	}
	temp, err := os.CreateTemp(dir, "."+keyFile+".*")
	if err != nil {
		return nil
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(fresh)
	if closed := temp.Close(); err != nil || closed != nil {
		return nil
	}
	_ = os.Link(temp.Name(), path) // fails when another process was quicker: then its key counts
	if have, err := os.ReadFile(path); err == nil && len(have) == keyBytes {
		return have
	}
	return nil
}

// CanSeal reports whether there is a key. Without one nothing can be told from what was edited.
func CanSeal() bool { return key() != nil }

// Seal gives data with a last line that only this user's pollux can write. It is no secret: it tells a kept answer from one that was
// edited by hand or by a program that works on the project.
func Seal(data []byte) ([]byte, bool) {
	k := key()
	if k == nil {
		return nil, false
	}
	return append(append([]byte{}, data...), "\n"+seal(k, data)...), true
}

// Unseal takes the seal off; false when it does not fit.
func Unseal(sealed []byte) ([]byte, bool) {
	k := key()
	at := strings.LastIndexByte(string(sealed), '\n')
	if k == nil || at < 0 {
		return nil, false
	}
	data, mark := sealed[:at], sealed[at+1:]
	return data, hmac.Equal(mark, []byte(seal(k, data)))
}

func seal(key, data []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}
