package probe

import (
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/dialect"
	"github.com/protokol-chat/chatspec/harness/session"
	"github.com/protokol-chat/chatspec/harness/wire"
)

// form learns how a result is written from the answer to nonsense.
func (p *seer) form(first session.Result) {
	f := first.Frame
	results := &p.dialect.Results
	if f.End != wire.Terminator && len(f.Body) > 0 {
		r, ok := p.tryFor(nonsense, wire.Patience{Wait: mute, Grace: longGrace})
		if f = r.Frame; !ok {
			return
		}
		if f.End != wire.Terminator {
			p.target.Pace.Unterminated()
			results.End = dialect.Nothing
		}
		if f.End == "\r\n" || f.End == "\n" {
			results.End = f.End
		}
	}
	as, ok := session.Encoded(f.Body)
	if !ok {
		return
	}
	results.Form = as
	fields := session.Fields(f.Body, as)
	if fields[dialect.Data] == nil {
		results.Text = pick(fields, textKeys, words)
	}
	p.unknown = dialect.UnknownAs(nonsense, p.text(fields))
}

var (
	textKeys  = []string{"message", "messages", "msg", "pesan", "error", "info", "keterangan", "text", "detail", "reason"}
	tokenKeys = []string{"tokenid", "token_id", "token", "tokenId", "session", "sessionid", "session_id"}
	inboxKeys = []string{"messages", "inbox", "message", "pesan", "msg", "mail", "isi"}
)

// pick gives the key of fields that is fit, a usual one if there is one; ""
// where none is.
func pick(fields map[string]any, usual []string, fit func(any) bool) string {
	for _, key := range usual {
		if v, ok := fields[key]; ok && fit(v) {
			return key
		}
	}
	var others []string
	for key, v := range fields {
		if key != "status" && fit(v) {
			others = append(others, key)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return slices.Min(others)
}

func anything(v any) bool { return v != nil }

func words(v any) bool { s, ok := v.(string); return ok && s != "" }

func (p *seer) fields(r session.Result) map[string]any {
	return session.Fields(r.Frame.Body, p.dialect.Results.Form)
}

// text is what a result says in words, "" where it says nothing.
func (p *seer) text(fields map[string]any) string {
	for _, key := range []string{dialect.Data, p.dialect.Results.Text, p.dialect.Results.Success} {
		if s, ok := fields[key].(string); ok {
			return s
		}
	}
	return ""
}

// success notes under which key a success says something, where it is another
// than that of the texts known so far, or that it says nothing.
func (p *seer) success(r session.Result) {
	if c := command(r.Request); !r.OK() || c == "auth" || c == "inbox" {
		return
	}
	fields := p.fields(r)
	if len(fields) == 1 {
		p.dialect.Results.Textless = true
	} else if p.dialect.Results.Success == "" && p.text(fields) == "" {
		p.dialect.Results.Success = pick(fields, textKeys, words)
	}
}

// strange tells whether the target does not know the command of a request that
// got this result.
func (p *seer) strange(r session.Result) bool {
	text := p.text(p.fields(r))
	said := strings.TrimSuffix(string(p.client.Render(r.Request)), p.dialect.End)
	return !r.OK() && (p.isUnknown(said, text) || strings.EqualFold(strings.TrimSpace(text), specUnknown))
}

func (p *seer) isUnknown(said, text string) bool {
	return (&dialect.Results{Unknown: p.unknown}).IsUnknown(said, text)
}
