// Package reference is a server of Protokol Chat v1.0: package chat holds the
// rules, this one the network around them. It serves all eleven requests,
// keeps everything in memory, and can be left running: line length,
// connections, waiting times and memory are bounded, and a client or a server
// that is slow, silent or hostile holds up nobody but itself.
//
// # Clients
//
// A request is a line that ends with "\n", or "\r\n". An empty line is
// skipped. A result is one JSON object followed by "\r\n\r\n". Results of
// requests that arrive together may leave together, in their order. A client
// that shuts its writing side gets the results of all lines it finished.
//
// # Links
//
// Servers talk on the port where clients do; the first byte tells them apart,
// see link.go. A link carries messages one way, from the server where
// `connect` was asked for; for the other way the other server connects too.
//
// No secret is shared between servers, so a server is who listens where it
// says: one that is linked to dials back and asks whether the link is real,
// see peer.go. A sender from afar is shown as user@id with the id under which
// this server itself knows that address, or user@ip:port if it does not.
package reference
