package wire

// Over is a Conn over any stream, for the tests.
var Over = over
