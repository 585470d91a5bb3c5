package reference

import (
	"bufio"
	"bytes"
	"errors"
)

var errLineTooLong = errors.New("line too long")

// lines reads requests off a connection.
type lines struct {
	r   *bufio.Reader
	max int // bytes of the longest line, without its end
}

// ready reports whether next will return a line without waiting.
func (l lines) ready() bool {
	waiting, _ := l.r.Peek(l.r.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}

// patience is how many times the longest line a client may send before it
// ends a line that is too long.
const patience = 64

// next returns the next line without its end. It returns errLineTooLong after
// it has skipped a line that is longer than max, so that the one after it can
// be read; a client that does not come to an end is given up. A last line
// without an end is no request: its client may have died while sending it.
func (l lines) next() (string, error) {
	line, err := l.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return l.trim(line, err)
	}
	var long []byte
	skipped := 0
	for errors.Is(err, bufio.ErrBufferFull) {
		if long = append(long, line...); len(long) > l.max+len("\r\n") {
			skipped += len(long)
			long = long[:0]
		}
		if skipped > patience*l.max {
			return "", errors.New("line without an end")
		}
		line, err = l.r.ReadSlice('\n')
	}
	if skipped > 0 && err == nil {
		return "", errLineTooLong
	}
	return l.trim(append(long, line...), err)
}

func (l lines) trim(line []byte, err error) (string, error) {
	if err != nil {
		return "", err
	}
	line = bytes.TrimSuffix(line, []byte{'\n'})
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if len(line) > l.max {
		return "", errLineTooLong
	}
	return string(line), nil
}
