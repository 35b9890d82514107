package parse

import (
	"os"
	"testing"
)

// BenchmarkCrate reads the MIR text named by POLLUX_MIR, and reports its rate beside that of a plain line count of the same text.
func BenchmarkCrate(b *testing.B) {
	text := benchText(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Crate("bench", text)
	}
}

func benchText(b *testing.B) string {
	path := os.Getenv("POLLUX_MIR")
	if path == "" {
		b.Skip("set POLLUX_MIR to a MIR text, such as that of tokio")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	return string(data)
}
