package report

import (
	"strings"
	"testing"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

const registryText = `
| SEND-4 | must | The message reaches the inbox | Pesan sampai di kotak masuk | Mengirim pesan kepada user lain |
| SEND-5 | must | The message arrives whole | Pesan sampai utuh, dengan spasinya, sampai kata terakhir | PARAMETER2: pesan |
| SEND-12 | should | The inbox shows the sender | Kotak masuk menampilkan pengirim | data: isi dari inbox |
| SENDFILE-1 | must | A file can be sent | File dapat dikirim | data: informasi bahwa file sudah terkirim |
| SENDFILE-4 | must | The inbox names the file | Kotak masuk menyebut nama file | Mengirim file kepada sebuah user |
| ROBUST-7 | robust | NUL bytes leave the server alive | Byte NUL tidak mematikan server | — |
`

// hostile is what a server may say to break a report: terminal escapes, NUL,
// broken UTF-8, the ends of CDATA and of lines, characters that XML forbids.
const hostile = "\x1b[31mred\x1b]0;title\x07 \x00 \xff\xfe\xc3 ]]> </failure> & \ufffe \uffff \u202egnitic \u009b31m \u2028 \x7f 日本 \r\n# x\r\n\r\n"

func registry(t *testing.T) *verdict.Registry {
	t.Helper()
	r, err := verdict.ParseRegistry(registryText)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sample is a run with one of everything: a failure with a caret, a second
// scenario of it, a known failure, skips, a failure above the gate.
func sample(t *testing.T) *verdict.Report {
	t.Helper()
	answer := "{\"status\": \"OK\", \"data\": [{\"dari\": \"budi\", \"pesan\": \"halo\"}]}"
	noFile := verdict.Textf("no file was named: use --file", "tidak ada file yang disebut: pakai --file")
	r := &verdict.Report{
		Version: "v1.0.0", Started: time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC), Duration: 183 * time.Millisecond,
		Seed: 1<<63 + 1, Level: verdict.Robust, Gate: verdict.Must,
		Target: verdict.Target{Address: "127.0.0.1:8889", ServerID: "alpha", Findings: []verdict.Text{
			verdict.Textf("a request ends with \\r\\n", "sebuah request berakhir dengan \\r\\n"),
		}},
		Scenarios: []verdict.Scenario{
			{URI: "features/send.feature", Line: 12, Name: "penerima membaca pesannya", Requirement: "SEND-4", Status: verdict.Pass, Duration: 412 * time.Microsecond},
			{
				URI: "features/send.feature", Line: 20, Name: "pesan dengan spasi", Requirement: "SEND-5", Status: verdict.Fail, Duration: time.Millisecond,
				Failure: &verdict.Failure{
					Message:  verdict.Textf(`ends here; should be "halo dunia"`, `berakhir di sini; seharusnya "halo dunia"`),
					Expected: []verdict.Text{verdict.Textf(`"halo dunia" anywhere in data`, `"halo dunia" di mana pun dalam data`)},
					Actual:   answer, Caret: strings.Index(answer, "halo") + 4, Conn: "siti",
					Hint:      verdict.Textf("PARAMETER2 is the rest of the line.", "PARAMETER2 adalah sisa baris, bukan satu kata."),
					Reproduce: "{ printf 'send siti@alpha halo dunia\\r\\n'; sleep 1; } |\n  nc 127.0.0.1 8889\n",
				},
				Transcript: []verdict.Event{
					{Conn: "budi", Dir: verdict.Opened},
					{Conn: "budi", Dir: verdict.Sent, At: 10 * time.Microsecond, Data: []byte("send siti@alpha halo dunia\r\n")},
					{Conn: "budi", Dir: verdict.Received, At: 90 * time.Microsecond, Data: []byte("{\"status\": \"OK\", \"data\": \"terkirim\"}\r\n\r\n")},
					{Conn: "siti", Dir: verdict.Sent, At: 100 * time.Microsecond, Data: []byte("inbox\r\n")},
					{Conn: "siti", Dir: verdict.Received, At: 200 * time.Microsecond, Data: []byte(answer + "\r\n\r\n")},
				},
			},
			{
				URI: "features/send.feature", Line: 30, Name: "spasi ganda", Requirement: "SEND-5", Status: verdict.Fail,
				Failure: &verdict.Failure{
					Message: verdict.Textf("no answer", "tidak ada jawaban"), Caret: -1, Conn: "budi",
					Expected: []verdict.Text{verdict.Textf("OK", "OK")},
				},
			},
			{URI: "features/send.feature", Line: 50, Name: "nama pengirim", Requirement: "SEND-12", Status: verdict.Fail,
				Failure: &verdict.Failure{Message: verdict.Textf("no sender", "tanpa pengirim"), Caret: -1, Expected: []verdict.Text{verdict.Textf("budi", "budi")}}},
			{URI: "features/sendfile.feature", Line: 5, Name: "file", Requirement: "SENDFILE-1", Status: verdict.Skip, Reason: noFile},
			{URI: "features/sendfile.feature", Line: 9, Name: "inbox", Requirement: "SENDFILE-4", Status: verdict.Skip, Reason: noFile},
		},
		Deviations: []verdict.Deviation{},
	}
	r.Requirements = verdict.Judge(registry(t).All(), r.Scenarios, verdict.Textf("no scenario", "tidak ada skenario"))
	return r
}

// hostileSample says hostile wherever a server's words can reach a report.
func hostileSample(t *testing.T) *verdict.Report { return sampleSaying(t, hostile) }

func sampleSaying(t *testing.T, said string) *verdict.Report {
	t.Helper()
	r := sample(t)
	text := verdict.Text{EN: said, ID: said}
	r.Target.ServerID, r.Target.Findings = said, []verdict.Text{text}
	r.Stopped = text
	r.Deviations = []verdict.Deviation{{Requirement: "WIRE-4", Expected: text, Seen: text}}
	r.Scenarios[1].Failure = &verdict.Failure{
		Message: text, Expected: []verdict.Text{text, text}, Hint: text, Reproduce: "printf '" + said + "'\n",
		Actual: said, Caret: min(5, len(said)), Conn: "siti",
	}
	r.Scenarios[1].Transcript[4].Data = []byte(said)
	r.Scenarios[2].Failure.Message = text
	r.Scenarios[4].Reason = text
	r.Requirements = verdict.Judge(registry(t).All(), r.Scenarios, text)
	r.Requirements[2].Known = said
	r.Stale = []string{said}
	return r
}
