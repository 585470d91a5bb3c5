package process

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheLastLinesAreKept(t *testing.T) {
	for _, c := range []struct{ name, printed, want string }{
		{"nothing", "", ""},
		{"one line", "a\n", "a"},
		{"no end", "a\nb", "a\nb"},
		{"few", strings.Repeat("x\n", 20), strings.TrimSuffix(strings.Repeat("x\n", 20), "\n")},
		{"many", "first\n" + strings.Repeat("x\n", 20), strings.TrimSuffix(strings.Repeat("x\n", 20), "\n")},
		{"a long line", strings.Repeat("x", 100_000) + "end", strings.Repeat("x", lastBytes-3) + "end"},
		{"much", strings.Repeat("0123456789\n", 50_000) + "end\r\n", strings.Repeat("0123456789\n", 19) + "end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, w, err := os.Pipe()
			require.NoError(t, err)
			o := drain(r)
			_, err = w.WriteString(c.printed)
			require.NoError(t, err)
			require.NoError(t, w.Close())
			<-o.drained
			assert.Equal(t, c.want, o.last())
			assert.EqualValues(t, len(c.printed), o.total())
			assert.LessOrEqual(t, cap(o.tail), 8*kept)
		})
	}
}
