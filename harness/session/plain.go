package session

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/protokol-chat/chatspec/harness/dialect"
)

// decoded gives a body as the JSON object that it means in the encoding, or
// not ok where it is none.
func decoded(body []byte, as dialect.Encoding) (object []byte, ok bool) {
	switch as {
	case dialect.Quoted:
		var text string
		if json.Unmarshal(body, &text) != nil || !isObject([]byte(text)) {
			return nil, false
		}
		return []byte(text), true
	case dialect.Python:
		object, ok := fromPython(bytes.TrimSpace(body))
		return object, ok && isObject(object)
	}
	return nil, false
}

func isObject(b []byte) bool {
	b = bytes.TrimSpace(b)
	return json.Valid(b) && len(b) > 0 && b[0] == '{'
}

// Encoded tells in which encoding a body holds an object with a status, and
// not ok where in none that is known.
func Encoded(body []byte) (as dialect.Encoding, ok bool) {
	for _, as := range []dialect.Encoding{dialect.JSON, dialect.Quoted, dialect.Python} {
		object := bytes.TrimSpace(body)
		if as != dialect.JSON {
			if object, ok = decoded(body, as); !ok {
				continue
			}
		}
		var known struct{ Status json.RawMessage }
		if isObject(object) && json.Unmarshal(object, &known) == nil && known.Status != nil {
			return as, true
		}
	}
	return dialect.JSON, false
}

// Fields gives the values of the object that a body holds in the encoding, nil
// where it holds none.
func Fields(body []byte, as dialect.Encoding) map[string]any {
	if as != dialect.JSON {
		body, _ = decoded(body, as)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var fields map[string]any
	if dec.Decode(&fields) != nil {
		return nil
	}
	return fields
}

// fromPython rewrites the text of a Python value as JSON: strings in either
// quotes, None, True, False, and tuples as lists. It is not ok where a string
// does not end.
func fromPython(b []byte) ([]byte, bool) {
	var out bytes.Buffer
	words := map[string]string{"None": "null", "True": "true", "False": "false"}
	for len(b) > 0 {
		switch c := b[0]; {
		case c == '\'' || c == '"':
			text, rest, ok := pythonString(b)
			if !ok {
				return nil, false
			}
			quoted, err := json.Marshal(text)
			if err != nil {
				return nil, false
			}
			out.Write(quoted)
			b = rest
		case c == '(':
			out.WriteByte('[')
			b = b[1:]
		case c == ')':
			closed := bytes.TrimRight(out.Bytes(), ", ") // a tuple of one ends with a comma
			out.Truncate(len(closed))
			out.WriteByte(']')
			b = b[1:]
		case c >= 'A' && c <= 'Z':
			n := 1
			for n < len(b) && b[n] >= 'a' && b[n] <= 'z' {
				n++
			}
			word, known := words[string(b[:n])]
			if !known {
				return nil, false
			}
			out.WriteString(word)
			b = b[n:]
		default:
			out.WriteByte(c)
			b = b[1:]
		}
	}
	return out.Bytes(), true
}

// pythonString reads the string literal that b begins with.
func pythonString(b []byte) (text string, rest []byte, ok bool) {
	quote := b[0]
	var out []byte
	for i := 1; i < len(b); {
		switch c := b[i]; {
		case c == quote:
			return string(out), b[i+1:], true
		case c != '\\':
			out = append(out, c)
			i++
		case i+1 == len(b):
			return "", nil, false
		case b[i+1] == '\'' || b[i+1] == '"':
			out = append(out, b[i+1])
			i += 2
		default: // the other escapes of repr are those of Go
			r, _, tail, err := strconv.UnquoteChar(string(b[i:min(i+10, len(b))]), 0)
			if err != nil {
				return "", nil, false
			}
			out = utf8.AppendRune(out, r)
			i += min(10, len(b)-i) - len(tail)
		}
	}
	return "", nil, false
}
