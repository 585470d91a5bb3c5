package dialect

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRender(t *testing.T) {
	d := Spec("alpha")
	d.WithForm("register", "register Budi {user} Indonesia {password}")
	d.WithForm("send", "kirim {token} {address} {message}")
	d.WithForm("sendgroup", "sendgroup {group} {message} {token}")
	d.WithForm("creategroup", "addgroup {token} {members} {group}")
	d.WithForm("inbox", "inbox {token}")
	d.WithForm("connect", "connect {server}")
	require.Len(t, d.Commands, 5, "a form that is the letter is none of its own")
	for request, want := range map[string]string{
		"register budi rahasia":    "register Budi budi Indonesia rahasia",
		"register budi":            "register Budi budi Indonesia", // the password is missing here too
		"register":                 "register Budi",
		"send siti@alpha halo  a ": "kirim T siti@alpha halo  a ",
		"send siti@alpha":          "kirim T siti@alpha",
		"send siti@alpha ":         "kirim T siti@alpha ",
		"send":                     "kirim T",
		"sendgroup kelas halo ya":  "sendgroup kelas halo ya T",
		"sendgroup kelas":          "sendgroup kelas T",
		"sendgroup":                "sendgroup T",
		"creategroup kelas a,b":    "addgroup T a,b kelas",
		"creategroup kelas":        "addgroup T",
		"inbox":                    "inbox T",
		"inbox lagi":               "inbox T lagi",
		"connect timur":            "connect timur",
		"auth budi rahasia":        "auth budi rahasia",
		"selamat pagi":             "selamat pagi",
		"sendx siti halo":          "sendx siti halo",
		"":                         "",
	} {
		assert.Equal(t, want+"\r\n", string(d.Render(request, "T")), request)
	}
	assert.Equal(t, "inbox "+noToken+"\r\n", string(d.Request("inbox")))
}

func TestCheck(t *testing.T) {
	for form, says := range map[Form]string{
		"send {address} {message}":                 "",
		"kirim {message} x {address} {token}":      "",
		"":                                         "a form is wanted",
		"send {address}":                           "{message} is missing",
		"send {address} {message} {message}":       "{message} stands twice",
		"send {user} {message}":                    "{user} is none of {token}, {address}, {message}",
		"{token} {address} {message}":              "the first word is the name",
		"send  {address} {message}":                "one space",
		"send {address} {message} ":                "one space",
		"send {address}\t{message}":                "control characters",
		"send {address} {message} {token} {token}": "{token} stands twice",
	} {
		err := form.Check("send")
		if says == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, says)
		}
	}
	for _, command := range Commands {
		assert.NoError(t, Letter(command).Check(command))
		assert.NoError(t, Letter(command).WithToken(true).Check(command))
	}
}

func TestForms(t *testing.T) {
	assert.Equal(t, Form("send {token} {address} {message}"), Letter("send").WithToken(false))
	assert.Equal(t, Form("send {address} {message} {token}"), Letter("send").WithToken(true))
	assert.Equal(t, Form("inbox {token}"), Letter("inbox").WithToken(true))
	assert.Equal(t, Letter("send"), Letter("send").WithToken(false).Tokenless())
	assert.Equal(t, Form("kirim {address} {message}"), Letter("send").Named("kirim"))
	assert.Equal(t, Form("baca"), Letter("inbox").Named("baca"))
	assert.Equal(t, "inbox", Letter("inbox").Name())
}

func TestUnknown(t *testing.T) {
	for said, want := range map[string]string{
		"**Protocol Tidak Benar":         "**Protocol Tidak Benar",
		"perintah abc tidak ada":         "perintah {word} tidak ada",
		"tidak ada: abc def, coba lagi.": "tidak ada: {request}, coba lagi.",
	} {
		pattern := UnknownAs("abc def", said)
		assert.Equal(t, want, pattern)
		r := Results{Unknown: pattern}
		assert.True(t, r.IsUnknown("abc def", said))
		assert.False(t, r.IsUnknown("abc def", said+"!"))
	}
	assert.False(t, (&Results{}).IsUnknown("abc", ""))
}

func TestKey(t *testing.T) {
	r := Results{Text: "message", Token: "tokenid"}
	assert.Equal(t, "tokenid", r.Key("auth", true))
	assert.Equal(t, "message", r.Key("auth", false))
	assert.Equal(t, Data, r.Key("inbox", true))
	assert.Equal(t, "message", r.Key("send", true))
}

func TestPlainAddress(t *testing.T) {
	d := Spec("alpha")
	d.Plain = true
	assert.Equal(t, "siti", d.Address("siti"))
}
