package variant

import (
	"bytes"
	"encoding/json"
	"slices"
)

// An object is a JSON object with its keys in their order.
type object []member

type member struct {
	key   string
	value json.RawMessage
}

// parseObject takes b apart, unless it is something else than one object.
func parseObject(b []byte) (o object, ok bool) {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, false
		}
		m := member{key: t.(string)}
		if d.Decode(&m.value) != nil {
			return nil, false
		}
		o = append(o, m)
	}
	_, err := d.Token()
	return o, err == nil && !d.More()
}

func (o object) encode() []byte {
	out := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(out, encode(m.key)...), ':')
		out = append(out, m.value...)
	}
	return append(out, '}')
}

// get is the value of a key, nil without it.
func (o object) get(key string) json.RawMessage {
	for _, m := range o {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// with is o with the key set, at its place or at the end.
func (o object) with(key string, value any) object {
	out := slices.Clone(o)
	for i, m := range out {
		if m.key == key {
			out[i].value = encode(value)
			return out
		}
	}
	return append(out, member{key, encode(value)})
}

// renamed is o with another key in the place of key.
func (o object) renamed(key, other string) object {
	out := slices.Clone(o)
	for i, m := range out {
		if m.key == key {
			out[i].key = other
		}
	}
	return out
}

// without is o without the key.
func (o object) without(key string) object {
	return slices.DeleteFunc(slices.Clone(o), func(m member) bool { return m.key == key })
}

func (o object) failed() bool { return string(o.get("status")) == `"ERROR"` }

// encode writes v as JSON, `<`, `>` and `&` as they are.
func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // nothing here is of a kind that has no JSON
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
