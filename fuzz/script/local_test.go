package script_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/fuzz/script"
)

func TestLocal(t *testing.T) {
	for line, local := range map[string]bool{
		"inbox":                                true,
		"addserver":                            true,
		"addserver timur":                      true,
		"addserver timur 127.0.0.1 {vacant}":   true,
		"addserver {server timur} !!! 80":      true,
		"addserver {peer} {peerip} {peerport}": true,
		"addserver {self} {selfip} {selfport}": true,
		"addserver timur 7.0.0.1 80":           false,
		"addserver timur 1024":                 false, // a number is an address too
		"AddServer  timur example.org 80":      false,
		"x\\taddserver timur 127.0.0.12 80":    false,
	} {
		s, err := script.Parse("chatspec replay 1\n1: " + line)
		require.NoError(t, err)
		require.Equal(t, local, s.Local(), line)
	}
}
