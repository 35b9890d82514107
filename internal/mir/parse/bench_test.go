package parse

import (
	"os"
	"strings"
	"testing"
	"time"
)

// BenchmarkCrate reads the MIR text named by POLLUX_MIR. Beside its rate it reports how many times longer it takes than its peer,
// which only counts the lines of the same text: that ratio says more than a rate on a machine that others use too.
func BenchmarkCrate(b *testing.B) {
	text := benchText(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var own, peer time.Duration
	for b.Loop() {
		b.StopTimer()
		start := time.Now()
		countLines(text)
		peer += time.Since(start)
		b.StartTimer()
		start = time.Now()
		Crate("bench", text)
		own += time.Since(start)
	}
	b.ReportMetric(float64(own)/float64(peer), "x-of-lines")
}

// BenchmarkLines is the peer alone: how fast the text can be looked at line by line.
func BenchmarkLines(b *testing.B) {
	text := benchText(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		countLines(text)
	}
}

func countLines(text string) (n int) {
	for text != "" {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			return n + 1
		}
		text = text[i+1:]
		n++
	}
	return n
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
