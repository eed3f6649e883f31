package xmltext

import (
	"bytes"
	"testing"

	"recense/sources/files/cells/cellstest"
)

// BenchmarkSmall reads a file of 2 KiB, of which a source tree holds many.
func BenchmarkSmall(b *testing.B) {
	data := []byte(small)
	r := &cellstest.Recorder{Quiet: true}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Format.Read(b.Context(), cellstest.Input("x", bytes.Clone(data)), r); err != nil {
			b.Fatal(err)
		}
	}
}

var small = `<project>` + string(bytes.Repeat([]byte(`<dependency><groupId>org.exemple</groupId><version>1.2</version></dependency>`), 26)) + `</project>`
