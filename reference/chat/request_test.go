package chat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference/chat"
)

func TestParse(t *testing.T) {
	for line, want := range map[string]chat.Request{
		"":                  {},
		"inbox":             {Command: "inbox"},
		"inbox ":            {Command: "inbox"},
		"send a@b  x  y ":   {Command: "send", Rest: "a@b  x  y "},
		" auth budi":        {Rest: "auth budi"},
		"auth\tbudi sandi ": {Command: "auth\tbudi", Rest: "sandi "},
	} {
		want.Line = line
		require.Equal(t, want, chat.Parse(line))
	}
}

func TestParseAddress(t *testing.T) {
	for _, test := range []struct {
		address, user, server string
		ok                    bool
	}{
		{"budi@alpha", "budi", "alpha", true},
		{"[budi@alpha]", "budi", "alpha", true},
		{"budi", "budi", "", true},
		{"[budi]", "budi", "", true},
		{"budi@a@b", "budi", "a@b", true}, // a server that nobody can add
		{"budi@", "budi", "", false},
		{"@alpha", "", "alpha", false},
		{"@", "", "", false},
		{"", "", "", false},
	} {
		user, server, ok := chat.ParseAddress(test.address)
		require.Equal(t, test.ok, ok, test.address)
		require.Equal(t, []string{test.user, test.server}, []string{user, server}, test.address)
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"budi", "Budi_2-x.y", "9", "Ünïcödé", "日本語", strings.Repeat("é", 64)} {
		require.True(t, chat.ValidName(name), name)
	}
	for _, name := range []string{
		"", "a b", "a@b", "a,b", "[a]", "a/b", "a:1", "a\x00", "a\u200b", "budi\u3164", "a\xff", strings.Repeat("é", 65),
	} {
		require.False(t, chat.ValidName(name), "%q", name)
	}
	require.True(t, chat.ValidID("server-1.local"))
	for _, id := range []string{"", "bêta", "а", "127.0.0.1:80", "[::1]"} {
		require.False(t, chat.ValidID(id), "%q", id)
	}
}
