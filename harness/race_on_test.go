//go:build race

package harness_test

// raced tells whether the race detector slows everything down tenfold: whole
// catalogues are run without it.
const raced = true
