package fuzz_test

import (
	"testing"

	"github.com/protokol-chat/chatspec/fuzz"
	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
)

// A Go server is tested where its own tests are.
func ExampleCheckProperties() {
	_ = func(t *testing.T) {
		fuzz.CheckProperties(t, verdict.Target{Address: "127.0.0.1:8889", ServerID: "alpha"})
	}
}

func TestCheckProperties(t *testing.T) {
	fuzz.CheckProperties(t, verdict.Target{Address: serve(t, reference.Config{}), ServerID: "alpha"})
}
