package reference

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// FuzzLines: whatever a client sends, in whatever pieces, the same lines are read
// off it, and every line that is not too long is one of what it sent.
func FuzzLines(f *testing.F) {
	f.Add([]byte("inbox\r\nhalo\nlogout\r\n\r\nsen"), 16)
	f.Add([]byte("\r\r\n\n\x00\xff\n"), 1)
	f.Add(bytes.Repeat([]byte("panjang sekali "), 20), 20)
	f.Add(append(bytes.Repeat([]byte("x"), 70), "\r\ninbox\r\n"...), 64)
	f.Fuzz(func(t *testing.T, stream []byte, longest int) {
		longest = 1 + (longest&0x7fffffff)%256
		whole := readLines(t, bytes.NewReader(stream), longest)
		require.Equal(t, whole, readLines(t, iotest.OneByteReader(bytes.NewReader(stream)), longest))
		parts := bytes.Split(stream, []byte("\n"))
		require.LessOrEqual(t, len(whole), len(parts)-1)
		for i, line := range whole {
			want := string(bytes.TrimSuffix(parts[i], []byte("\r")))
			if line == nil {
				require.Greater(t, len(want), longest)
				continue
			}
			require.Equal(t, want, *line)
			require.LessOrEqual(t, len(*line), longest)
		}
	})
}

// readLines gives the lines of a stream, nil for one that is too long.
func readLines(t *testing.T, r io.Reader, longest int) (all []*string) {
	l := lines{r: bufio.NewReaderSize(r, 16), max: longest}
	for {
		line, err := l.next()
		switch {
		case errors.Is(err, errLineTooLong):
			all = append(all, nil)
		case err != nil:
			return all
		default:
			all = append(all, &line)
		}
	}
}
