package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

func TestProbe(t *testing.T) {
	target, stop, err := startSelf(asIs)
	require.NoError(t, err)
	defer func() { require.NoError(t, stop()) }()
	var out, errs bytes.Buffer
	a := &app{out: &out, err: &errs, getenv: func(string) string { return "" }, run: harness.Run}
	file := filepath.Join(t.TempDir(), "server.yaml")

	require.Equal(t, verdict.ExitOK, execute(t.Context(), a, []string{"probe", target.Address, "--write", file}), errs.String())
	assert.Contains(t, out.String(), target.Address+" (alpha)\n")
	assert.Contains(t, out.String(), "✓ keeps to the letter")
	assert.Empty(t, errs.String())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	read, err := dialect.Parse(file, text)
	require.NoError(t, err)
	assert.Equal(t, dialect.Spec("alpha"), read)

	out.Reset()
	for _, d := range []string{file, "auto", "spec"} {
		require.Equal(t, verdict.ExitOK, execute(t.Context(), a, []string{"run", target.Address, "--only", "SEND", "--dialect", d}), out.String())
		assert.Contains(t, out.String(), "requirements pass")
		out.Reset()
	}

	// A file that says what is not so: what depends on it fails, and what it
	// departs in is said.
	text = bytes.Replace(text, []byte(`"inbox"`), []byte(`"inbox {token}"`), 1)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	require.Equal(t, verdict.ExitFailed, execute(t.Context(), a, []string{"run", target.Address, "--only", "WIRE-1", "--dialect", file}))
	assert.Contains(t, out.String(), "≠ AUTH-1")
	assert.Contains(t, out.String(), "to the letter")
}
