package reference

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// linkMark is the first byte of a connection that is no client's. No request
// begins with it.
const linkMark = 0x01

// A frame is what servers say to each other: its length in four bytes, big
// end first, and then JSON. Each frame but an answer is followed by an answer.
type frame struct {
	Kind kind   `json:"kind"`
	Seq  uint64 `json:"seq,omitempty"` // of message and ping; repeated in the answer

	// hello and verify
	Nonce string `json:"nonce,omitempty"`
	Port  uint16 `json:"port,omitempty"` // where the one who says it listens

	// message
	To      string        `json:"to,omitempty"`
	Message *chat.Message `json:"message,omitempty"`

	// answer: why not, in words for a user; empty means yes
	Refusal string `json:"refusal,omitempty"`
}

type kind string

const (
	hello   kind = "hello"   // I want a link to you; ask me whether I do
	verify  kind = "verify"  // do you want the link with this nonce?
	message kind = "message" // give this to one of your users
	ping    kind = "ping"    // are you there?
	answer  kind = "answer"  // the answer to any of these
)

// smallFrame is enough for any frame but message.
const smallFrame = 4 << 10

// largeFrame returns what is enough for a message: each byte of a line may
// take six in JSON.
func largeFrame(cfg Config) int {
	return smallFrame + 6*cfg.MaxLine + base64.StdEncoding.EncodedLen(cfg.MaxFile)
}

// encode returns the bytes of a frame.
func (f *frame) encode() ([]byte, error) {
	body, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(body)), uint32(len(body)))
	return append(b, body...), nil
}

func writeFrame(w io.Writer, f *frame) error {
	b, err := f.encode()
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// readFrame reads a frame of at most max bytes. It takes no memory for bytes
// that were only announced.
func readFrame(r io.Reader, max int) (*frame, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(length[:])
	if int64(n) > int64(max) {
		return nil, errors.New("frame too large")
	}
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r, int64(n)); err != nil {
		return nil, err
	}
	var f frame
	if err := json.Unmarshal(body.Bytes(), &f); err != nil {
		return nil, err
	}
	return &f, nil
}
