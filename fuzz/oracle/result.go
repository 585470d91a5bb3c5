package oracle

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Result is what a request got, as far as a quick look makes it out.
type Result struct {
	OK, Refused bool
	Data        []byte // as JSON
	Raw         []byte // every byte, the terminator included
}

// unrecognized is the one message that the specification fixes (WIRE-6).
const unrecognized = `"request tidak dikenali"`

// Scan takes the body of a result apart. It is not clean when anything about
// its form is unusual: then session.Parse has the last word. A clean one
// fulfils WIRE-1 and WIRE-3 to WIRE-5.
func Scan(body []byte) (r Result, clean bool) {
	b := body
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	if len(b) == 0 || b[0] != '{' {
		return r, false
	}
	if status, data, usual := pair(b); usual {
		r.OK, r.Refused, r.Data = string(status) == `"OK"`, string(status) == `"ERROR"`, data
		return r, r.OK || r.Refused && !empty(data)
	}
	if !json.Valid(b) || !utf8.Valid(b) {
		return r, false
	}
	var status []byte
	p := skip(b, 1)
	for p < len(b) && b[p] == '"' {
		end := value(b, p)
		key := b[p:end]
		p = skip(b, end) + 1 // the colon
		p = skip(b, p)
		end = value(b, p)
		switch string(key) {
		case `"status"`:
			if status != nil {
				return r, false
			}
			status = b[p:end]
		case `"data"`:
			if r.Data != nil {
				return r, false
			}
			r.Data = b[p:end]
		default:
			if bytes.IndexByte(key, '\\') >= 0 {
				return r, false
			}
		}
		p = skip(b, end)
		if p < len(b) && b[p] == ',' {
			p = skip(b, p+1)
		}
	}
	switch string(status) {
	case `"OK"`:
		r.OK = true
	case `"ERROR"`:
		r.Refused = true
	default:
		return r, false
	}
	if r.Data == nil || string(r.Data) == "null" || r.Refused && empty(r.Data) {
		return r, false
	}
	return r, true
}

// pair takes the most usual result apart: status and data, in this order, both
// plain text. To have package json look at each would cost more than all rules.
func pair(b []byte) (status, data []byte, usual bool) {
	b, usual = after(b, "{", `"status"`, ":")
	if usual {
		status, b, usual = plain(b)
	}
	if usual {
		b, usual = after(b, ",", `"data"`, ":")
	}
	if usual {
		data, b, usual = plain(b)
	}
	if usual {
		b, usual = after(b, "}")
	}
	return status, data, usual && len(b) == 0
}

// after gives what follows the tokens, if b begins with them.
func after(b []byte, tokens ...string) (rest []byte, ok bool) {
	for _, token := range tokens {
		b = b[skip(b, 0):]
		if len(b) < len(token) || string(b[:len(token)]) != token {
			return nil, false
		}
		b = b[len(token):]
	}
	return b[skip(b, 0):], true
}

// plain gives the text with which b begins, if it is ASCII without escapes.
func plain(b []byte) (text, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '"' {
		return nil, nil, false
	}
	for p := 1; p < len(b) && b[p] >= ' ' && b[p] <= '~' && b[p] != '\\'; p++ {
		if b[p] == '"' {
			return b[:p+1], b[p+1:], true
		}
	}
	return nil, nil, false
}

// skip passes white space.
func skip(b []byte, p int) int {
	for p < len(b) && (b[p] == ' ' || b[p] == '\n' || b[p] == '\r' || b[p] == '\t') {
		p++
	}
	return p
}

// value gives the end of the JSON value at p; b is valid JSON.
func value(b []byte, p int) int {
	depth := 0
	for p < len(b) {
		switch b[p] {
		case '"':
			for p++; p < len(b) && b[p] != '"'; p++ {
				if b[p] == '\\' {
					p++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return p // of the object around a number or a word
			}
			depth--
		case ',', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return p
			}
			p++
			continue
		default:
			p++
			continue
		}
		p++
		if depth == 0 {
			return p
		}
	}
	return p
}

// empty tells whether data says nothing: blank text, an empty list or object.
// Escaped blanks are blanks too; whoever sends those is judged by the slow way.
func empty(data []byte) bool {
	if len(data) < 2 {
		return false
	}
	switch data[0] {
	case '"':
		return len(bytes.TrimSpace(data[1:len(data)-1])) == 0
	case '[', '{':
		return skip(data, 1) == len(data)-1
	}
	return false
}
