package wire

import (
	"bytes"
	"encoding/json"
)

// Terminator ends every result (WIRE-2).
const Terminator = "\r\n\r\n"

// Frame is one result as it came over the wire.
type Frame struct {
	Raw  []byte // every byte of it, the terminator included
	Body []byte // the bytes before the terminator
	End  string // what stood where the terminator belongs: Terminator, or what a server sent instead
}

// cut takes the first frame off buf, of which the first dry bytes were searched
// before. It is not ok while the terminator has not come.
func cut(buf []byte, dry int) (f Frame, rest []byte, ok bool) {
	from := max(dry-len(Terminator)+1, 0)
	i := bytes.Index(buf[from:], []byte(Terminator))
	if i < 0 {
		return Frame{}, buf, false
	}
	i += from
	n := i + len(Terminator)
	return Frame{Raw: buf[:n:n], Body: buf[:i:i], End: Terminator}, buf[n:], true
}

// cutUnterminated takes a frame off buf that lacks its terminator: one whole
// JSON value and the line breaks behind it. It is not ok while the value is
// not whole.
func cutUnterminated(buf []byte, _ int) (f Frame, rest []byte, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(buf))
	var value json.RawMessage
	if dec.Decode(&value) != nil || len(value) == 0 || value[0] != '{' {
		return Frame{}, buf, false
	}
	body := int(dec.InputOffset())
	n := body
	for n < len(buf) && (buf[n] == '\r' || buf[n] == '\n') {
		n++
	}
	return Frame{Raw: buf[:n:n], Body: buf[:body:body], End: string(buf[body:n])}, buf[n:], true
}

// cutFollowed is cutUnterminated where the next value has begun, so that no
// terminator can come any more.
func cutFollowed(buf []byte, dry int) (f Frame, rest []byte, ok bool) {
	f, rest, ok = cutUnterminated(buf, dry)
	if !ok || len(rest) == 0 || rest[0] != '{' {
		return Frame{}, buf, false
	}
	return f, rest, true
}
