package session

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// read decodes data as Parse does.
func read(t testing.TB, data string) any {
	t.Helper()
	r := Parse("inbox", frame(`{"status": "OK", "data": `+data+`}`, "\r\n\r\n"))
	require.Empty(t, r.Faults, data)
	return r.Data
}

// quote writes a text as a JSON string.
func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// inboxes holds, in many shapes, the message "w1 halo" of budi and then "w2 apa"
// of siti. Where a shape tells the order it is 0, 1 or, where back, 1, 0.
var inboxes = map[string]struct {
	data          string
	back, unknown bool // the newest first; the order is not told
	blurred       bool // who sent what is not told apart
}{
	"a list of objects":         {data: `[{"from": "budi", "text": "w1 halo"}, {"from": "siti", "text": "w2 apa"}]`},
	"the newest first":          {data: `[{"from": "siti", "text": "w2 apa"}, {"from": "budi", "text": "w1 halo"}]`, back: true},
	"the sender in an address":  {data: `[{"from": "budi@alpha", "text": "w1 halo"}, {"from": "siti@alpha", "text": "w2 apa"}]`},
	"the sender in capitals":    {data: `[{"FROM": "BUDI", "text": "w1 halo"}, {"FROM": "SITI", "text": "w2 apa"}]`},
	"the sender as an object":   {data: `[{"text": "w1 halo", "from": {"name": "budi"}}, {"text": "w2 apa", "from": {"name": "siti"}}]`},
	"the message as an object":  {data: `[{"from": "budi", "body": {"text": "w1 halo"}}, {"from": "siti", "body": {"text": "w2 apa"}}]`},
	"a preview beside":          {data: `[{"from": "budi", "text": "w1 halo", "preview": "w1"}, {"from": "siti", "text": "w2 apa", "preview": "w2"}]`},
	"a list of texts":           {data: `["budi: w1 halo", "siti: w2 apa"]`},
	"a list of pairs":           {data: `[["budi", "w1 halo"], ["siti", "w2 apa"]]`},
	"a list of one-key objects": {data: `[{"budi": "w1 halo"}, {"siti": "w2 apa"}]`},
	"keyed by sender":           {data: `{"budi": ["w1 halo"], "siti": ["w2 apa"]}`, unknown: true},
	"keyed by sender, texts":    {data: `{"budi": "w1 halo", "siti": "w2 apa"}`, unknown: true},
	"keyed by sender, objects":  {data: `{"budi": [{"text": "w1 halo", "id": 1}], "siti": [{"text": "w2 apa", "id": 2}]}`, unknown: true},
	"keyed by number":           {data: `{"1": {"from": "budi", "text": "w1 halo"}, "2": {"from": "siti", "text": "w2 apa"}}`, unknown: true},
	"keyed by id":               {data: `{"m-1": {"from": "budi", "text": "w1 halo"}, "m-2": {"from": "siti", "text": "w2 apa"}}`, unknown: true},
	"keyed by date":             {data: `{"2026/11/24": [{"from": "budi", "text": "w1 halo"}, {"from": "siti", "text": "w2 apa"}]}`},
	"keyed by text":             {data: `{"w1 halo": "budi", "w2 apa": "siti"}`, unknown: true},
	"in an object":              {data: `{"count": 2, "messages": [{"from": "budi", "text": "w1 halo"}, {"from": "siti", "text": "w2 apa"}]}`},
	"deeper":                    {data: `{"user": {"inbox": {"messages": [{"from": "budi", "text": "w1 halo"}, {"from": "siti", "text": "w2 apa"}]}}}`},
	"conversations":             {data: `[{"with": "budi", "messages": ["w1 halo"]}, {"with": "siti", "messages": ["w2 apa"]}]`},
	"all and unread":            {data: `{"all": [{"from": "budi", "text": "w1 halo"}, {"from": "siti", "text": "w2 apa"}], "unread": [{"from": "siti", "text": "w2 apa"}]}`},
	"paths as keys":             {data: `{"inbox/all/x": [{"from": "budi", "text": "w1 halo"}, {"from": "siti", "text": "w2 apa"}], "inbox/all/y": [{"from": "siti", "text": "w2 apa"}]}`},
	"a text of lines":           {data: `"budi: w1 halo\nsiti: w2 apa\n"`, blurred: true},
	"a text of one line":        {data: `"budi: w1 halo; siti: w2 apa"`, blurred: true},
	"a text, newest first":      {data: `"siti: w2 apa\r\nbudi: w1 halo"`, back: true, blurred: true},
	"a text with numbers":       {data: `"[1] budi: w1 halo\n[2] siti: w2 apa"`, blurred: true},
	"JSON in a text":            {data: quote(`[{"from": "budi", "text": "w1 halo"}, {"from": "siti", "text": "w2 apa"}]`)},
	"JSON in JSON in a text":    {data: quote(`{"messages": ` + quote(`[{"from": "budi", "text": "w1 halo"}, {"from": "siti", "text": "w2 apa"}]`) + `}`)},
	"JSON in texts":             {data: `[` + quote(`{"from": "budi", "text": "w1 halo"}`) + `, ` + quote(`{"from": "siti", "text": "w2 apa"}`) + `]`},
	"lines of JSON in a text":   {data: quote("{\"from\": \"budi\", \"text\": \"w1 halo\"}\n{\"from\": \"siti\", \"text\": \"w2 apa\"}\n")},
	"a Python list in a text":   {data: quote(`[{'from': 'budi', 'text': 'w1 halo'}, {'from': 'siti', 'text': 'w2 apa'}]`), blurred: true},
	"Python tuples in a text":   {data: quote(`(('budi', 'w1 halo'), ('siti', 'w2 apa'))`), blurred: true},
	"a Python dict in a text":   {data: quote(`{'budi': ['w1 halo'], 'siti': ['w2 apa']}`), blurred: true},
	"Python dicts in texts":     {data: `[` + quote(`{'from': 'budi', 'text': 'w1 halo'}`) + `, ` + quote(`{'from': 'siti', 'text': 'w2 apa'}`) + `]`},
	"with numbers and null":     {data: `[null, 1, true, {"from": "budi", "text": "w1 halo", "at": 1e9, "read": null}, {"from": "siti", "text": "w2 apa"}]`},
}

func TestInboxOfEveryShape(t *testing.T) {
	for name, c := range inboxes {
		t.Run(name, func(t *testing.T) {
			data := read(t, c.data)
			for word, text := range map[string]string{"w1": "w1 halo", "w2": "w2 apa"} {
				assert.True(t, Contains(data, text), text)
				assert.Equal(t, 1, Copies(data, word), word)
				assert.Equal(t, 1, Copies(data, text), text)
				assert.Positive(t, Occurrences(data, text), text)
				assert.Equal(t, 1, CopiesByLine(data, word), word)
			}
			for _, text := range []string{"w3", "w1 apa", "w1  halo", "W1"} {
				assert.False(t, Contains(data, text), text)
				assert.Zero(t, Copies(data, text), text)
				assert.Zero(t, CopiesByLine(data, text), text)
				assert.Empty(t, Attributed(data, text, []string{"budi", "siti"}), text)
			}
			assert.True(t, Mentions(data, "Budi"))
			assert.False(t, Mentions(data, "tono"))
			assert.False(t, Empty(data))

			order, known := Order(data, []string{"w1", "w2"})
			require.Equal(t, !c.unknown, known)
			switch {
			case c.unknown:
			case c.back:
				assert.Equal(t, []int{1, 0}, order)
			default:
				assert.Equal(t, []int{0, 1}, order)
			}
			_, known = Order(data, []string{"w1", "w3"})
			assert.False(t, known)

			both := []string{"budi", "siti"}
			if c.blurred {
				assert.Equal(t, both, Attributed(data, "w1", both))
			} else {
				assert.Equal(t, []string{"budi"}, Attributed(data, "w1", both))
				assert.Equal(t, []string{"siti"}, Attributed(data, "w2", both))
			}
			assert.Empty(t, Attributed(data, "w1", []string{"tono"}))
		})
	}
}

// A message that is there twice is told apart, but for shapes in which that
// cannot be known.
func TestCopies(t *testing.T) {
	for name, c := range map[string]struct {
		data         string
		copies, line int
	}{
		"twice in a list":              {`["w", "w"]`, 2, 2},
		"three times":                  {`["w", "x", "w", "w"]`, 3, 3},
		"in a list of objects":         {`[{"text": "w"}, {"text": "w"}]`, 2, 2},
		"in a list of pairs":           {`[["budi", "w"], ["budi", "w"]]`, 2, 2},
		"in two conversations":         {`[{"with": "budi", "messages": ["w"]}, {"with": "siti", "messages": ["w"]}]`, 2, 2},
		"in one conversation":          {`[{"with": "budi", "messages": ["w", "w"]}]`, 2, 2},
		"keyed by sender":              {`{"budi": ["w", "w"]}`, 2, 2},
		"keyed by number":              {`{"1": {"text": "w"}, "2": {"text": "w"}}`, 2, 2},
		"keyed by number, texts":       {`{"1": "w", "2": "w"}`, 2, 2},
		"in the list, and in unread":   {`{"all": ["w"], "unread": ["w"]}`, 1, 1},
		"twice in one of two lists":    {`{"all": ["w", "w"], "unread": ["w"]}`, 2, 2},
		"lists named by paths":         {`{"mail/in/all": ["w"], "mail/in/new": ["w"]}`, 1, 1},
		"twice within a message":       {`[{"text": "w", "preview": "w"}]`, 1, 1},
		"and in its text":              {`[{"text": "w w"}]`, 2, 1},
		"as the last one":              {`{"messages": ["w"], "last": "w"}`, 1, 1},
		"in a text of lines":           {`"budi: w\nsiti: x\nbudi: w"`, 2, 2},
		"in a line":                    {`"budi: w; budi: w"`, 2, 1},
		"in JSON in a text":            {quote(`[{"text": "w"}, {"text": "w"}]`), 2, 2},
		"in lines of JSON":             {quote("{\"text\": \"w\"}\n{\"text\": \"w\"}"), 2, 2},
		"in a Python list in a text":   {quote(`[{'text': 'w'}, {'text': 'w'}]`), 2, 1},
		"under ids of another kind":    {`{"a-1": {"text": "w"}, "a-2": {"text": "w"}}`, 1, 1},
		"a file named in its message":  {`["budi mengirim w: lihat w"]`, 2, 1},
		"a file with content in lines": {`["file w\nisi", "file w\nisi"]`, 2, 2},
		"a number":                     {`[12, 12, 3]`, 0, 0},
		"nothing":                      {`{}`, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			data := read(t, c.data)
			assert.Equal(t, c.copies, Copies(data, "w"))
			assert.Equal(t, c.line, CopiesByLine(data, "w"))
			assert.GreaterOrEqual(t, Occurrences(data, "w"), c.copies)
		})
	}
	assert.Equal(t, 2, Occurrences(read(t, `{"a-1": {"text": "w"}, "a-2": {"text": "w"}}`), "w"))
	assert.Equal(t, 2, Copies(read(t, `[12, 12, 3]`), "12"), "numbers are texts too")
}

func TestOrder(t *testing.T) {
	texts := []string{"w1", "w2", "w3"}
	for name, c := range map[string]struct {
		data string
		want []int // nil: not known
	}{
		"as sent":                  {`["w1", "w2", "w3"]`, []int{0, 1, 2}},
		"the other way round":      {`["w3", "w2", "w1"]`, []int{2, 1, 0}},
		"mixed up":                 {`["w2", "w1", "w3"]`, []int{1, 0, 2}},
		"mixed up in a text":       {`"w1\nw3\nw2"`, []int{0, 2, 1}},
		"mixed up in Python":       {quote(`['w3', 'w1', 'w2']`), []int{2, 0, 1}},
		"ten and more":             {`["", "", "", "", "", "", "", "", "", "w1", "w2", "w3"]`, []int{0, 1, 2}},
		"one sender's list":        {`{"budi": ["w1", "w2", "w3"]}`, []int{0, 1, 2}},
		"one sender's, mixed up":   {`{"budi": ["w1", "w3", "w2"]}`, []int{0, 2, 1}},
		"in one list and another":  {`{"new": ["w3"], "old": ["w1", "w2"]}`, nil},
		"all and unread":           {`{"all": ["w1", "w2", "w3"], "unread": ["w3"]}`, []int{0, 1, 2}},
		"unread in front":          {`{"baru": ["w3"], "semua": ["w1", "w2", "w3"]}`, nil},
		"keys have no order":       {`{"a": "w3", "b": "w2", "c": "w1"}`, nil},
		"one is missing":           {`["w1", "w2"]`, nil},
		"none is there":            {`[]`, nil},
		"by conversation":          {`[{"m": ["w1"]}, {"m": ["w2", "w3"]}]`, []int{0, 1, 2}},
		"in pairs":                 {`[["w1", "budi"], ["w2", "budi"], ["w3", "budi"]]`, []int{0, 1, 2}},
		"a text in each of a list": {`[{"t": "w1 w2"}, {"t": "w3"}]`, []int{0, 1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			order, known := Order(read(t, c.data), texts)
			assert.Equal(t, c.want != nil, known)
			if known {
				assert.Equal(t, c.want, order)
			}
		})
	}
}

func TestAttributed(t *testing.T) {
	names := []string{"budi", "siti", "tono"}
	for name, c := range map[string]struct {
		data string
		want []string
	}{
		"nobody":                       {`[{"text": "w"}]`, nil},
		"the wrong one":                {`[{"from": "siti", "text": "w"}, {"from": "budi", "text": "x"}]`, []string{"siti"}},
		"the wrong key":                {`{"siti": ["w"], "budi": ["x"]}`, []string{"siti"}},
		"who wrote and who gets it":    {`[{"from": "budi", "to": "tono", "text": "w"}]`, []string{"budi", "tono"}},
		"named in the message":         {`[{"from": "budi", "text": "w untuk siti"}]`, []string{"siti"}},
		"the key above the list":       {`{"messages": {"tono": {"unread": [{"text": "w"}]}}}`, []string{"tono"}},
		"the owner of the inbox":       {`{"owner": "siti", "messages": [{"text": "w"}]}`, []string{"siti"}},
		"twice, from two":              {`[{"from": "budi", "text": "w"}, {"from": "siti", "text": "w"}]`, []string{"budi", "siti"}},
		"only another message has one": {`[{"text": "w"}, {"from": "budi", "text": "x"}]`, []string{"budi"}},
		"in JSON in a text":            {`{"tono": ` + quote(`[{"from": "budi", "text": "w"}]`) + `}`, []string{"budi"}},
		"outside JSON in a text":       {`{"tono": ` + quote(`[{"text": "w"}]`) + `}`, []string{"tono"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, Attributed(read(t, c.data), "w", names))
		})
	}
	assert.Empty(t, Attributed(read(t, `["w budi"]`), "w", nil))
}

// A text is found as it was sent, also where it is encoded once more, and not
// where it was changed.
func TestContainsTheTextUnchanged(t *testing.T) {
	texts := []string{
		`katanya "halo" lalu 'pergi'`, `itu 'dia'`, `itu "dia"`, `folder C:\baru\teks`, `C:\ dan "x"`, `C:\ dan 'x'`,
		"café dan naïve", "日本語 العربية हिन्दी", "halo 👋🏽", "dua  spasi", `{"a": [1]}`, "</p>&amp;", "a\tb", `\u0041`, "%s %d", "é", "e\u0301",
	}
	for _, text := range texts {
		for shape, data := range map[string]string{
			"a text":            quote("budi: " + text),
			"a list":            `[{"from": "budi", "text": ` + quote("w "+text+" w") + `}]`,
			"a key":             `{` + quote("w "+text) + `: "budi"}`,
			"JSON in a text":    quote(`[{"text": ` + quote("w "+text) + `}]`),
			"JSON in it":        quote(`[` + quote(`{"text": `+quote("w "+text)+`}`) + `]`),
			"encoded twice":     quote(quote(`[{"text": ` + quote("w "+text) + `}]`)),
			"lines of JSON":     quote(`{"text": ` + quote("w "+text) + "}\n{}"),
			"a Python list":     quote(`[{'text': ` + pythonRepr("w "+text) + `}]`),
			"a Python tuple":    quote(`('budi', ` + pythonRepr("w "+text) + `)`),
			"escaped as ASCII":  asciiOnly(`[` + quote("w "+text) + `]`),
			"behind brackets":   quote("[budi] w " + text),
			"behind a number":   quote("[1] w " + text),
			"behind an emptied": quote("[] w " + text),
		} {
			value := read(t, data)
			assert.True(t, Contains(value, text), "%s in %s: %s", text, shape, data)
			assert.Equal(t, 1, Copies(value, text), "%s in %s: %s", text, shape, data)
		}
	}
	for name, c := range map[string]struct{ sent, shown string }{
		"cut at the first blank":        {"w halo dunia", "w halo"},
		"one blank of two":              {"dua  spasi", "dua spasi"},
		"backslashes doubled":           {`C:\baru`, `C:\\baru`},
		"backslashes dropped":           {`C:\baru`, `C:baru`},
		"quotes escaped":                {`katanya "halo"`, `katanya \"halo\"`},
		"quotes turned":                 {`katanya "halo"`, `katanya 'halo'`},
		"bytes taken for Latin-1":       {"café", "cafÃ©"},
		"what is not ASCII, lost":       {"café", "caf?"},
		"decomposed":                    {"é", "e\u0301"},
		"capitals":                      {"halo", "HALO"},
		"escaped for HTML":              {"a < b", "a &lt; b"},
		"the end is missing":            {"halo siti, apa kabar?", "halo siti, apa kabar"},
		"an escape written out":         {"é", `\u00e9`},
		"the surrogates, one by one":    {"👋", "\ufffd\ufffd"},
		"a blank at the end is dropped": {"halo ", "halo"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, data := range []string{quote("budi: " + c.shown), `[` + quote(c.shown) + `]`, quote(`[{"text": ` + quote(c.shown) + `}]`)} {
				assert.False(t, Contains(read(t, data), c.sent), data)
			}
		})
	}
}

// pythonRepr writes a text as Python prints it within a list.
func pythonRepr(s string) string {
	q := `'`
	if strings.Contains(s, `'`) && !strings.Contains(s, `"`) {
		q = `"`
	}
	s = strings.ReplaceAll(s, `\`, `\\`)
	s = strings.ReplaceAll(s, "\t", `\t`)
	if q == `'` {
		s = strings.ReplaceAll(s, `'`, `\'`)
	}
	return q + s + q
}

func asciiOnly(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x10000:
			b.WriteString(`\u` + hex4(r))
		default:
			r -= 0x10000
			b.WriteString(`\u` + hex4(0xd800+r>>10) + `\u` + hex4(0xdc00+r&0x3ff))
		}
	}
	return b.String()
}

func hex4(r rune) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]})
}

func TestEmpty(t *testing.T) {
	for data, want := range map[string]bool{
		`""`: true, `" \n"`: true, `[]`: true, `{}`: true,
		`"x"`: false, `0`: false, `false`: false, `[""]`: false, `{"a": null}`: false,
	} {
		assert.Equal(t, want, Empty(read(t, data)), data)
	}
	assert.True(t, Empty(nil))
}

// Whatever shape a server thinks up, looking at it costs no more than it sent.
func TestHostileShapes(t *testing.T) {
	t.Parallel()
	names := []string{"budi", "siti"}
	for name, data := range map[string]string{
		"many copies":            `[` + strings.Repeat(`"w",`, 20_000) + `"w"]`,
		"deep":                   strings.Repeat("[", 5_000) + `"w"` + strings.Repeat("]", 5_000),
		"deep, and many copies":  strings.Repeat("[", 90) + strings.Repeat(`"w",`, 4_000) + `"w"` + strings.Repeat("]", 90),
		"deeper, and many":       strings.Repeat("[", 5_000) + strings.Repeat(`"w",`, 4_000) + `"w"` + strings.Repeat("]", 5_000),
		"many names":             `[` + strings.Repeat(`{"from": "budi", "text": "w"},`, 5_000) + `0]`,
		"brackets in a text":     quote(strings.Repeat("[", 500_000) + "w"),
		"many values in a text":  quote(strings.Repeat("[] ", 5_000) + `["w"]`),
		"many keys":              `{` + strings.Repeat(`"w":0,`, 50_000) + `"w":0}`,
		"one long text":          quote(strings.Repeat("w budi\n", 100_000)),
		"quotes within quotes":   quote(quote(quote(quote(quote(quote(`["w"]`)))))),
		"numbers for ever":       strings.Repeat("9", 100_000),
		"a key that is a number": `{"` + strings.Repeat("9", 100_000) + `": "w"}`,
	} {
		t.Run(name, func(t *testing.T) {
			value := read(t, data)
			assert.LessOrEqual(t, Copies(value, "w"), len(data))
			CopiesByLine(value, "w")
			assert.Subset(t, names, Attributed(value, "w", names))
			Order(value, []string{"w", "budi"})
			assert.False(t, Mentions(value, "tono"))
		})
	}
}
