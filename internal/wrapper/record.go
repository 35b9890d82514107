package wrapper

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"pollux/internal/cache"
)

// State says how far the last call for a unit came.
type State string

// The closed set of states.
const (
	Running State = "running" // begun and, unless a build is at work now, killed
	Done    State = "done"    // the MIR text is there
	Broken  State = "broken"  // the crate does not compile; Text is of an earlier call that did
	Failed  State = "failed"  // the crate compiles but its MIR could not be had; see Reason
	Summary State = "summary" // a dependency whose summary exists: passed on without MIR
)

// Record stands beside the MIR text of a unit and says what it is.
type Record struct {
	Format     string
	State      State
	Run        string // the build that wrote this, see EnvRun
	Rustc      string // first line of `rustc -vV`
	Crate      string
	Types      []string
	Test       bool
	Edition    string
	Cfgs       []string
	Source     string // as on the command line: relative to Dir
	Dir        string // working directory of the call
	Package    string
	Version    string
	PackageDir string
	Target     string // triple given with --target
	Member     bool
	Externs    []string // crates it was given: their file stems, such as "tokio-0f3a..", sorted
	Remedy     Remedy
	SummaryKey string // empty for members and for dependencies whose source can change
	Text       *Text  // of the last good call
	Denied     bool   // lints refused the crate, and nothing else did: its metadata and MIR are of a call with lints as warnings
	Reason     string // why State is Failed, or why Remedy is not the first choice
	Sources    string // of a member: hash of the source files that the call read, see [SourcesHash]
	Sealed     bool   `json:"-"` // read as it was written, see cache.Seal
}

// Text identifies a file of MIR text.
type Text struct {
	Size    int64
	ModTime int64  // in nanoseconds since 1970
	Hash    string // hex SHA-256
}

// Current tells whether the record is of the last call that wrote the unit's metadata. Cargo sets the metadata's time to
// the begin of the call, and the record is written at its end; metadata that is newer was written without us.
func Current(stem string) bool {
	metadata, err := os.Stat(MetadataPath(stem))
	if err != nil {
		return false
	}
	record, err := os.Stat(RecordPath(stem))
	return err == nil && !metadata.ModTime().After(record.ModTime())
}

// MetadataPath is the file that rustc writes for dependents.
func MetadataPath(stem string) string {
	return filepath.Join(filepath.Dir(stem), "lib"+filepath.Base(stem)+".rmeta")
}

// RecordPath and TextPath name the files of the unit whose metadata is lib<stem>.rmeta.
func RecordPath(stem string) string { return stem + ".pollux.json" }

// TextPath is the place where rustc itself would put the MIR text.
func TextPath(stem string) string { return stem + ".mir" }

// NewTextPath is where a call under way writes the text.
func NewTextPath(stem string) string { return TextPath(stem) + ".new" }

// ReadRecord reads the record of a unit. A record that is missing, damaged or of another format is an error.
func ReadRecord(stem string) (*Record, error) {
	data, err := os.ReadFile(RecordPath(stem))
	if err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	plain, sealed := cache.Unseal(data)
	if sealed {
		data = plain
	}
	var r Record
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&r); err != nil { // a seal that does not fit may stand behind it
		return nil, fmt.Errorf("read record: %w", err)
	}
	r.Sealed = sealed
	if r.Format != Format {
		return nil, fmt.Errorf("read record: format %q, want %q", r.Format, Format)
	}
	return &r, nil
}

func (r *Record) write(stem string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	if sealed, ok := cache.Seal(data); ok {
		data = sealed
	}
	return cache.WriteFile(RecordPath(stem), data)
}

// Identify hashes the file.
func Identify(path string) (*Text, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("hash MIR text: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("hash MIR text: %w", err)
	}
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return nil, fmt.Errorf("hash MIR text: %w", err)
	}
	return &Text{Size: n, ModTime: info.ModTime().UnixNano(), Hash: hex.EncodeToString(h.Sum(nil))}, nil
}

// SourcesHash names the content of the source files that rustc read for a unit, by the list that it leaves for cargo; relative names are
// looked up in dir. It is empty when there is no such list, or a file of it is gone.
func SourcesHash(stem, dir string) string {
	list, err := os.ReadFile(stem + ".d")
	if err != nil {
		return ""
	}
	h := sha256.New()
	for _, name := range dependencyFiles(string(list)) {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return ""
		}
		sum := sha256.Sum256(text)
		fmt.Fprintf(h, "%s %x\n", name, sum)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Intact tells whether the file at path is still the text: by size and time of modification, else by its content.
func (t *Text) Intact(path string) bool {
	info, err := os.Stat(path)
	if t == nil || err != nil || info.Size() != t.Size {
		return false
	}
	if info.ModTime().UnixNano() == t.ModTime {
		return true
	}
	now, err := Identify(path)
	return err == nil && now.Hash == t.Hash
}
