package dialect

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSpec(t *testing.T) {
	assert.Equal(t, &Dialect{End: "\r\n", ServerID: "alpha", Addressable: true}, Spec("alpha"))
}

func TestRequest(t *testing.T) {
	for _, end := range []string{"\r\n", "\n", "\r\n\r\n", ""} {
		d := &Dialect{End: end}
		assert.Equal(t, "send siti halo  "+end, string(d.Request("send siti halo  ")))
		assert.Equal(t, end, string(d.Request("")))
	}
}

func TestAddress(t *testing.T) {
	assert.Equal(t, "siti@alpha", Spec("alpha").Address("siti"))
	assert.Equal(t, "siti", Spec("").Address("siti"))
}

func TestStyles(t *testing.T) {
	assert.Equal(t, []Style{Plain, Short, Strict}, Styles())
}
