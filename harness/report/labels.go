package report

import "github.com/protokol-chat/chatspec/harness/verdict"

// label holds every word of the reports that people read, in both languages; a
// test sees to it that none is missing.
var label = struct {
	Peer, File, Found                           verdict.Text
	ServerEnded, ServerSaid                     verdict.Text // a server that we started
	Stable, Unstable                            verdict.Text // Stable: %d; Unstable: %d %d %d %d
	Source, Scenario, Problem                   verdict.Text
	Sent, Received, Opened, Closed, Reset       verdict.Text
	Silent, Left, Looked                        verdict.Text
	Expected, Or, Hint, Reproduce, AlsoFails    verdict.Text
	LongScript                                  verdict.Text
	ByServer, ByReset, ByNobody, ByUs, ByDial   verdict.Text
	Omitted, Same                               verdict.Text // %d
	NoSource                                    verdict.Text
	Known, Stale, Deviation, DeviationSeen      verdict.Text
	Skipped, More                               verdict.Text // More: %d
	Pass, Fail, Skip                            verdict.Text
	AllPass                                     verdict.Text // %d
	Stopped, Untestable                         verdict.Text
	ExitOK, ExitKnown, ExitFailed, ExitUntested verdict.Text // ExitOK, ExitKnown: %s; ExitFailed: %d %s
	Level, Seed, Run                            verdict.Text
	BaselineHead, NoDeviation                   verdict.Text

	// The reports that are documents: html and markdown.
	Report, Target, Areas, Area                    verdict.Text
	Failures, KnownFailures, Deviations, Unjudged  verdict.Text
	StaleHead, Requirements, Requirement, Contents verdict.Text
	ToContent, Letter, Behaviour                   verdict.Text
	Passes, PassesKnown, Fails, Ended, CannotTest  verdict.Text // Passes, PassesKnown: %s; Fails: %d %s
	MustIs, ShouldIs, RobustIs                     verdict.Text
	Causes, SureCause, GuessedCause, Fix, Explains verdict.Text
	Server, Address, Started                       verdict.Text
	Filter, Status, All, Again, Shown, NoneShown   verdict.Text // Shown: %d %d
	Dialogue, WrongHere, Raw, RawPart, RawMore     verdict.Text // RawPart: %d %d %d
	KnownShort, More1, ToFailure, Differ           verdict.Text
	Score, ScoreEnded, NotCounted                  verdict.Text // Score: %s %s %s
}{
	Peer:  both("peer", "server kedua"),
	File:  both("file", "file"),
	Found: both("found out", "diketahui"),

	Stable:   both("%d runs, every verdict the same", "%d kali uji, setiap putusan sama"),
	Unstable: both("is unstable: failed in %d of %d runs, passed in %d, not judged in %d", "tidak tetap: gagal dalam %d dari %d kali uji, lulus %d kali, tidak dinilai %d kali"),

	ServerEnded: both("server ended", "server mati"),
	ServerSaid:  both("it printed", "keluarannya"),

	Source:    both("specification", "spesifikasi"),
	NoSource:  both("nothing; a server that people use does it", "tidak ada; server yang dipakai orang melakukannya"),
	Scenario:  both("scenario", "skenario"),
	Problem:   both("problem", "masalah"),
	Sent:      both("sent", "dikirim"),
	Received:  both("received", "diterima"),
	Opened:    both("opened", "dibuka"),
	Closed:    both("closed", "ditutup"),
	Reset:     both("reset", "diputus"),
	Silent:    both("silence", "diam"),
	Left:      both("left", "pergi"),
	Looked:    both("looked at", "diperiksa"),
	Expected:  both("accepted", "seharusnya"),
	Or:        both("or", "atau"),
	Hint:      both("hint", "petunjuk"),
	Reproduce: both("reproduce", "ulangi"),
	LongScript: both("the script is too long to show here: see --report json=FILE",
		"skrip terlalu panjang untuk ditampilkan: lihat --report json=FILE"),
	AlsoFails: both("also fails", "juga gagal"),
	ByServer:  both("(the server closed the connection)", "(server menutup koneksi)"),
	ByReset:   both("(the server reset the connection)", "(server memutus koneksi dengan paksa)"),
	ByNobody:  both("(no answer within the time limit)", "(tidak ada jawaban dalam batas waktu)"),
	ByUs:      both("(chatspec closed the connection)", "(chatspec menutup koneksi)"),
	ByDial:    both("(chatspec opened the connection)", "(chatspec membuka koneksi)"),
	Same:      both("… the same %d× more", "… sama persis, %d× lagi"),
	Omitted:   both("… %d more, all in --report json=FILE", "… %d lagi, semuanya di --report json=FILE"),

	Known:         both("known failure", "kegagalan yang sudah diketahui"),
	Stale:         both("in the baseline, but passes now: take it out", "ada di baseline, tetapi sekarang lulus: hapuslah"),
	Deviation:     both("departs everywhere", "menyimpang di mana-mana"),
	DeviationSeen: both("seen", "terlihat"),
	Skipped:       both("not judged", "tidak dinilai"),
	More:          both("and %d more", "dan %d lagi"),

	Pass:       both("pass", "lulus"),
	Fail:       both("fail", "gagal"),
	Skip:       both("skip", "lewat"),
	AllPass:    both("%d/%[1]d requirements pass", "%d/%[1]d persyaratan lulus"),
	Stopped:    both("stopped early", "berhenti lebih awal"),
	Untestable: both("the target could not be tested", "target tidak dapat diuji"),
	ExitOK:     both("exit code 0: nothing failed up to %s", "kode keluar 0: tidak ada yang gagal sampai %s"),
	ExitKnown: both("exit code 0: nothing failed up to %s but what the baseline knows",
		"kode keluar 0: tidak ada yang gagal sampai %s selain yang ada di baseline"),
	ExitFailed:   both("exit code 1: %d failed up to %s", "kode keluar 1: %d gagal sampai %s"),
	ExitUntested: both("exit code 3: the target could not be tested to the end", "kode keluar 3: target tidak dapat diuji sampai selesai"),

	Level: both("level", "tingkat"),
	Seed:  both("seed", "seed"),
	Run:   both("run", "jalannya uji"),

	NoDeviation: both("keeps to the letter, as far as a probe can tell", "sesuai dengan spesifikasi, sejauh yang terlihat oleh probe"),
	BaselineHead: both("known failures: an id and the reason; take a line out when it passes",
		"kegagalan yang sudah diketahui: id dan alasannya; hapus barisnya bila sudah lulus"),

	Report:        both("Test report", "Laporan uji"),
	Target:        both("What was tested", "Yang diuji"),
	Areas:         both("Areas", "Bidang"),
	Area:          both("area", "bidang"),
	Failures:      both("Failures", "Kegagalan"),
	KnownFailures: both("Known failures", "Kegagalan yang sudah diketahui"),
	Deviations:    both("Deviations from the specification", "Penyimpangan dari spesifikasi"),
	Unjudged:      both("Not judged", "Tidak dinilai"),
	StaleHead:     both("Baseline", "Baseline"),
	Requirements:  both("All requirements", "Semua persyaratan"),
	Requirement:   both("requirement", "persyaratan"),
	Contents:      both("Contents", "Daftar isi"),
	ToContent:     both("Skip to the content", "Langsung ke isi"),
	Letter:        both("to the letter", "tersurat"),
	Behaviour:     both("behaviour", "perilaku"),
	Passes:        both("Passes: nothing failed up to %s", "Lulus: tidak ada yang gagal sampai %s"),
	PassesKnown: both("Passes: nothing failed up to %s but what the baseline knows",
		"Lulus: tidak ada yang gagal sampai %s selain yang ada di baseline"),
	Fails:      both("Fails: %d failed up to %s", "Tidak lulus: %d gagal sampai %s"),
	Ended:      both("No verdict: the run was stopped early", "Belum ada putusan: uji berhenti lebih awal"),
	CannotTest: both("The target could not be tested", "Target tidak dapat diuji"),
	MustIs:     both("the specification says it", "spesifikasi menyebutkannya"),
	ShouldIs:   both("any server that people use would do it", "server yang dipakai orang pasti melakukannya"),
	RobustIs: both("beyond the letter, but a server without it falls over in use",
		"di luar spesifikasi, tetapi tanpanya server tumbang saat dipakai"),
	Server:  both("server", "server"),
	Address: both("address", "alamat"),
	Started: both("started", "dimulai"),

	Causes:       both("Likely causes", "Kemungkinan penyebab"),
	SureCause:    both("● sure", "● pasti"),
	GuessedCause: both("○ a guess", "○ dugaan"),
	Fix:          both("fix", "perbaikan"),
	Explains:     both("explains", "menjelaskan"),

	Filter:     both("Filter", "Saring"),
	Status:     both("status", "status"),
	All:        both("all", "semua"),
	Again:      both("Show everything", "Tampilkan semua"),
	Shown:      both("%d of %d requirements shown", "%d dari %d persyaratan ditampilkan"),
	NoneShown:  both("The filter hides all failures.", "Saringan menyembunyikan semua kegagalan."),
	Dialogue:   both("Exchange", "Percakapan"),
	WrongHere:  both("wrong from here:", "salah mulai di sini:"),
	KnownShort: both("known", "diketahui"),
	Raw:        both("Raw bytes", "Byte mentah"),
	RawPart:    both("bytes %d to %d of %d", "byte %d sampai %d dari %d"),
	RawMore:    both("The other bytes stand in --report json=FILE.", "Byte lainnya ada di --report json=FILE."),
	More1:      both("Fails in this scenario too", "Gagal juga dalam skenario ini"),
	ToFailure:  both("see the failure", "lihat kegagalannya"),
	Differ: both("To the letter: as the specification is written. Behaviour: seen through the deviations listed here.",
		"Tersurat: persis seperti tertulis di spesifikasi. Perilaku: dengan memaklumi penyimpangan yang didaftar di sini."),

	Score: both("%s of 100 (%s of %s points)", "%s dari 100 (%s dari %s poin)"),
	ScoreEnded: both("The run ended early: what was not judged earned no points.",
		"Uji berhenti lebih awal: yang belum dinilai tidak mendapat poin."),
	NotCounted: both("does not count for the score", "tidak dihitung dalam nilai"),
}

// both is a Text to format later, or not at all.
func both(en, id string) verdict.Text { return verdict.Text{EN: en, ID: id} }
