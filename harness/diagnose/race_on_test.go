//go:build race

package diagnose_test

// raced tells whether the race detector slows everything down tenfold: whole
// catalogues are run without it.
const raced = true
