package variant_test

// talks show variants at work; a name may be several, joined by "+".
var talks = map[string]string{
	// WIRE
	"json-single-quotes": `tamu halo => {'status':'ERROR'`,
	"json-twice":         `tamu halo => ^"{\\"status\\"`,
	"json-bom":           "tamu halo => ^\ufeff{",
	"json-cut-1024": `budi send budi {long} => OK
		budi inbox => ^.{1000}.{24}\r\n\r\n$`,
	"end-lf":           `tamu halo => }\n$`,
	"end-missing":      `tamu halo => }$`,
	"end-error-crlf":   `tamu halo => }\r\n$`,
	"greeting":         `tamu halo => ^Selamat datang di server chat\r\n{`,
	"echo":             `tamu halo => ^halo\r\n{`,
	"status-lowercase": `tamu halo => "status":"error"`,
	"data-as-message":  `tamu halo => {"status":"ERROR","message":`,
	"error-empty": `tamu inbox => "data":""
		tamu halo => request tidak dikenali`,
	"push": `siti inbox => \[\]
		budi send siti halo => OK
		siti halo => ^{"status":"OK","data":"ada pesan baru"}`,
	"unknown-begins":    `budi inboxx => "data":\[\]`,
	"unknown-anywhere":  `budi send siti tolong logout ya => sudah logout`,
	"unknown-silent":    `tamu halo => silence`,
	"unknown-closes":    `tamu halo => closed`,
	"answer-twice":      `tamu halo => ^({"status":"ERROR","data":"request tidak dikenali"}\r\n\r\n){2}$`,
	"answer-reversed":   `budi:= "halo\ninbox\n" => ^{"status":"OK".*"ERROR"`,
	"hang-every-third":  `budi inbox => silence`,
	"error-closes":      `tamu halo => closed`,
	"error-closes-auth": `tamu auth budi x => closed`,
	"error-mutes": `tamu halo => ERROR
		tamu halo => silence`,
	"error-logs-out": `budi halo => ERROR
		budi inbox => ERROR`,
	"session-global": `budi inbox => OK
		tamu inbox => OK`,
	"session-for-guests": `budi inbox => OK
		tamu inbox => OK`,
	"auth-failed-logs-all-out": `budi inbox => OK
		tamu auth siti x => ERROR
		budi inbox => ERROR`,
	"command-breaks": `budi send => ERROR
		siti send budi halo => ERROR`,
	"pieces-lost": `budi:= "in" => silence
		budi:= "box\n" => ERROR`,
	"segment-first-only": `budi:= "inbox\nhalo\n" => ^{"status":"OK","data":\[\]}\r\n\r\n$`,
	"text-html": `budi send budi <b> & "x" => OK
		budi inbox => &lt;b&gt; &amp; &#34;x&#34;`,
	"text-latin1": `budi send budi café => OK
		budi inbox => caf[^a-zé]"`,

	// AUTH, LOGOUT, REGISTER
	"auth-any-password": `budi inbox => OK
		tamu auth budi salah => OK`,
	"auth-anyones-password": `tamu register tono sandi-tono => OK
		budi inbox => OK
		tamu auth budi sandi-tono => OK`,
	"auth-failed-opens": `budi inbox => OK
		tamu auth budi salah => ERROR
		tamu inbox => OK`,
	"auth-prefix": `budi inbox => OK
		tamu auth budi Sandi => OK`,
	"auth-token-constant": `budi auth budi Sandi777 => token-rahasia`,
	"auth-missing-hangs":  `tamu auth budi => silence`,
	"auth-prefix-name": `budi inbox => OK
		tamu auth bud Sandi777 => OK`,
	"logout-guest-ok": `tamu logout => OK`,
	"logout-nothing": `budi logout => OK
		budi inbox => OK`,
	"logout-leaves-send": `budi logout => OK
		budi inbox => ERROR
		budi send budi halo => OK`,
	"logout-all": `siti inbox => OK
		budi logout => OK
		siti inbox => ERROR`,
	"logout-mutes": `budi logout => OK
		budi inbox => silence`,
	"logout-guest-crashes": `tamu logout => closed
		tamu halo => gone`,
	"logout-stops-server": `budi logout => OK
		tamu halo => silence`,
	"register-overwrites": `budi inbox => OK
		tamu register budi baru => OK
		tamu auth budi baru => OK`,
	"register-refused-adds": `budi inbox => OK
		tamu register budi baru => ERROR
		tamu auth budi baru => OK`,
	"register-refused-empties": `budi send budi halo => OK
		tamu register budi baru => ERROR
		budi inbox => \[\]`,

	// SEND, INBOX
	"send-guest-ok": `budi inbox => OK
		tamu send budi halo => OK
		budi inbox => tamu@alpha.*halo`,
	"send-guest-arrives": `budi inbox => OK
		tamu send budi halo => ERROR
		budi inbox => halo`,
	"send-server-ignored": `budi send budi@entah halo => OK
		budi inbox => halo`,
	"send-unknown-arrives-later": `budi send tono halo => ERROR
		tono inbox => halo`,
	"send-lost": `budi send budi halo => OK
		budi inbox => \[\]`,
	"send-second-lost": `budi send budi satu => OK
		budi send budi dua => OK
		budi send budi tiga => OK
		budi inbox => satu.*"}.*tiga`,
	"send-everybody": `siti inbox => OK
		budi send budi halo => OK
		siti inbox => halo`,
	"send-namesakes": `sitinur inbox => OK
		siti inbox => OK
		budi send siti halo => OK
		sitinur inbox => halo`,
	"send-online-only": `tamu register tono x => OK
		budi send tono halo => ERROR`,
	"send-twice": `budi send budi halo => OK
		budi inbox => halo.*halo`,
	"send-same-once": `budi send budi halo => OK
		budi send budi halo => OK
		budi inbox => "data":\[{[^}]*"halo"}]}`,
	"send-first-word": `budi send budi halo dunia => OK
		budi inbox => "halo"`,
	"send-nameless": `budi send budi halo => OK
		budi inbox => "seseorang"`,
	"send-sorted": `budi send budi z => OK
		budi send budi a => OK
		budi inbox => "a".*"z"`,
	"send-cut-1024": `budi send budi {long} => OK
		budi inbox => "x{1000}x{24}"`,
	"send-long-refused": `budi send budi {long} => ERROR`,
	"send-missing-crashes": `budi send => closed
		budi halo => gone`,
	"inbox-guest-ok": `tamu inbox => OK`,
	"inbox-newest-only": `budi send budi satu => OK
		budi send budi dua => OK
		budi inbox => \[{"dari":"budi@alpha","pesan":"dua"}\]`,
	"inbox-last-readers": `budi send budi halo => OK
		budi inbox => halo
		siti inbox => halo`,
	"inbox-empties-all": `siti inbox => OK
		budi send siti halo => OK
		budi inbox => OK
		siti inbox => \[\]`,
	"inbox-empty-hangs": `budi inbox => silence`,
	"inbox-missing":     `budi inbox => ^{"status":"OK"}\r\n\r\n$`,

	// Groups
	"sendgroup-last-not": `siti inbox => OK
		budi creategroup kelas budi,siti => OK
		budi sendgroup kelas halo => OK
		siti inbox => \[\]
		budi inbox => halo`,
	"sendgroup-stops-at-sender": `siti inbox => OK
		budi creategroup kelas budi,siti => OK
		budi sendgroup kelas halo => OK
		siti inbox => \[\]`,
	"sendgroup-shrinking": `siti inbox => OK
		budi creategroup kelas budi,siti => OK
		budi sendgroup kelas halo dunia => OK
		budi inbox => "halo dunia"
		siti inbox => "halo"`,
	"creategroup-overwrites": `siti inbox => OK
		budi creategroup kelas budi => OK
		budi creategroup kelas siti => OK
		budi sendgroup kelas halo => OK
		budi inbox => \[\]
		siti inbox => halo`,
	"creategroup-refused-overwrites": `siti inbox => OK
		budi creategroup kelas budi => OK
		budi creategroup kelas siti => ERROR
		budi sendgroup kelas halo => OK
		siti inbox => halo`,
	"creategroup-leaves-group": `budi creategroup kelas budi,entah => ERROR
		budi sendgroup kelas halo => OK`,
	"creategroup-creator-only": `siti inbox => OK
		budi creategroup kelas budi,siti => OK
		siti sendgroup kelas halo => ERROR
		siti creategroup kelas budi,siti => OK`,

	// Files
	"sendfile-any-name": `budi sendfile budi tidakada.txt => OK
		budi inbox => tidakada.txt`,
	"sendfile-everywhere": `budi sendfile budi /etc/passwd => OK
		budi sendfile budi ../../../../../../../../etc/passwd => OK`,
	"sendfile-parents":         `budi sendfile budi /etc/passwd => ERROR`,
	"sendfile-nofile-crashes":  `budi sendfile budi tidakada.txt => closed`,
	"sendfilegroup-everywhere": "budi creategroup kelas budi => OK\nbudi sendfilegroup kelas /etc/passwd => OK",
	"sendfile-stored": `budi sendfile budi catatan.txt => OK
		budi inbox => \[\]`,

	// Servers
	"addserver-port-65536":    `budi addserver x 127.0.0.1 65536 => OK`,
	"addserver-port-word":     `budi addserver x 127.0.0.1 delapan => OK`,
	"addserver-address-any":   `budi addserver x !!! 80 => OK`,
	"addserver-forgets":       "budi addserver beta {beta} => OK\nbudi connect beta => ERROR",
	"connect-lazy":            "budi addserver x {vacant} => OK\nbudi connect x => OK",
	"connect-vacant-ok":       "budi addserver x {vacant} => OK\nbudi connect x => OK",
	"connect-vacant-hangs":    "budi addserver x {vacant} => OK\nbudi connect x => silence",
	"connect-garbage-crashes": "budi addserver x {garbage} => OK\nbudi connect x => closed",
	"federation-lost":         linked + "budi send Wati@beta halo => OK\nWati inbox => \\[\\]",
	"federation-plus":         linked + "budi send Wati@beta halo dunia => OK\nWati inbox => halo.dunia",
	"federation-namesake":     linked + "Wati inbox => OK\nbudi send Wati@beta halo => OK\nWati inbox => halo",
	"federation-file-lost":    linked + "budi sendfile Wati@beta catatan.txt => OK\nWati inbox => \\[\\]",
	"federation-connects-itself": `Wati inbox => OK
		budi addserver beta {beta} => OK
		budi send Wati@beta halo => OK
		Wati inbox => halo`,
	"federation-waits-for-link": `Wati inbox => OK
		budi addserver beta {beta} => OK
		budi send Wati@beta halo => OK
		budi connect beta => OK
		Wati inbox => halo`,
	"federation-one-way": `budi inbox => OK
		Wati addserver alpha {alpha} => OK
		Wati connect alpha => OK
		Wati send budi@alpha halo => OK
		budi inbox => \[\]`,

	// ROBUST
	"nul-crashes":       `tamu:= "a\x00\n" => closed`,
	"bytes-crash":       `tamu:= "a\xff\n" => closed`,
	"empty-line-closes": `tamu:= "\n" => closed`,
	"long-line-crashes": `tamu:= "` + string(make64k()) + `\n" => closed`,
	"dribble-blocks":    "budi inbox => OK\ntamu:= \"in\" => silence\nbudi:= \"inbox\\n\" => silence",

	// Readings
	"request-crlf": `budi:= "send budi a\nb\r\n" => OK
		budi inbox => "a\\nb"`,
	"segment-is-request":  "tamu:= \"ha\" => ERROR\nbudi:= \"send budi a\\nb\\n\" => OK\nbudi inbox => \"a\\\\nb\"",
	"request-read":        "tamu:= \"inbox\\r\\n\" => tidak dikenali\ntamu:= \"inbox\" => silakan auth",
	"request-crlfcrlf":    `tamu:= "halo\r\n" => silence`,
	"empty-line-answered": `tamu:= "\r\n" => ERROR`,
	"surplus-ignored":     `budi inbox lagi dong => OK`,
	"last-word-only":      `budi creategroup kelas budi, budi => ERROR`,
	"last-word-cut":       `budi creategroup kelas budi dan lain => OK`,
	"line-8k-closes":      `tamu halo {long}{long} => closed`,
	"parameters-first":    `tamu send => parameter kurang`,
	"unknown-login-first": `tamu halo => silakan auth dahulu`,
	"command-any-case":    `budi INBOX => OK`,
	"token-number":        `budi auth budi Sandi777 => "data":\d+}`,
	"token-object":        `budi auth budi Sandi777 => "data":{"token":"\w+","user":"budi"}`,
	"one-session": `budi inbox => OK
		tamu auth budi Sandi777 => ERROR
		budi logout => OK
		tamu auth budi Sandi777 => OK`,
	"session-outlives":    "budi inbox => OK\ntamu auth budi Sandi777 => ERROR",
	"second-auth-refused": `budi auth budi Sandi777 => ERROR`,
	"register-logs-in": `tamu register tono x => OK
		tamu inbox => OK`,
	"logout-closes":   `budi logout => closed`,
	"keys-data-first": `tamu halo => ^{"data":"request tidak dikenali","status":"ERROR"}`,
	"keys-extra":      `tamu halo => ^{"versi":"1.0","status":"ERROR","data":"request tidak dikenali","waktu":`,
	"json-spaces":     `tamu halo => ^{"status": "ERROR", "data": "request`,
	"json-lines":      `tamu halo => ^{\n  "status": "ERROR",\n`,
	"json-crlf-lines": `tamu halo => ^{\r\n\t"status": "ERROR",\r\n`,
	"json-padded":     `tamu halo => ^ \t{.*}  \r\n\r\n$`,
	"json-ascii":      "budi send budi é😀 => OK\nbudi inbox => " + `\\u00e9\\ud83d\\ude00`,
	"json-slashes":    "budi send budi a/<b> => OK\nbudi inbox => " + `a\\/\\u003cb\\u003e`,
	"data-object":     `budi logout => "data":{"perintah":"logout","pesan":"user budi sudah logout"}`,
	"data-list":       `budi logout => "data":\["user budi sudah logout"\]`,
	"data-nested":     `budi logout => "data":{"hasil":\[{"kode":7,"teks":"user`,
	"data-encoded":    `budi logout => "data":"{\\"pesan\\":`,
	"data-number":     "budi logout => \"data\":1}\nbudi logout => \"data\":\"belum",
	"names-any-case": `tamu register Tono x => OK
		tamu auth TONO x => OK
		budi send tONO halo => OK
		tamu inbox => halo`,
	"names-twelve":       "tamu register abcdefghijkl x => OK\ntamu register abcdefghijklm x => ERROR\ntamu register ab1 x => ERROR",
	"names-eight":        "tamu register abcdefgh x => OK\ntamu register abcdefghi x => ERROR",
	"passwords-any-case": `budi auth budi sANDI777 => OK`,
	"passwords-strict":   "tamu register tono Sandi777 => ERROR\ntamu register tono Sandi-777 => OK",
	"passwords-plain":    "tamu register tono Sandi-777 => ERROR\ntamu register tono Sandi777 => OK",
	"id-unusual":         "budi send budi@Chat_alpha-9.example halo => OK\nbudi inbox => budi@Chat_alpha-9.example",
	"bare-user-refused":  "budi send budi halo => ERROR\nbudi send budi@alpha halo => OK",
	"brackets-refused":   `budi send [budi@alpha] halo => ERROR`,
	"inbox-strings":      mailed + `budi inbox => \["budi@alpha: halo"\]`,
	"inbox-text":         mailed + `budi inbox => "data":"budi@alpha: halo\\n"`,
	"inbox-text-empty":   `budi inbox => "data":"tidak ada pesan"`,
	"inbox-encoded":      mailed + `budi inbox => "data":"\[{\\"dari\\"`,
	"inbox-by-sender":    mailed + `budi inbox => "data":{"budi@alpha":\["halo"\]}`,
	"inbox-by-number":    mailed + `budi inbox => "data":{"1":{"isi":"halo","pengirim":"budi@alpha"}}`,
	"inbox-nested":       mailed + `budi inbox => "data":{"kotak":{"jumlah":1,"pesan":\[{`,
	"inbox-pairs":        mailed + `budi inbox => \[\["budi@alpha","halo"\]\]`,
	"inbox-columns":      mailed + `budi inbox => {"dari":\["budi@alpha"\],"pesan":\["halo"\]}`,
	"inbox-kept":         mailed + "budi inbox => halo\nbudi inbox => halo",
	"inbox-marked":       mailed + "budi inbox => \"dibaca\":false\nbudi inbox => \"dibaca\":true",
	"inbox-new-and-old":  mailed + "budi inbox => \"baru\":.{10,}\"lama\":\\[\\]\nbudi inbox => \"baru\":\\[\\].*halo",
	"inbox-all-and-new":  mailed + "budi inbox => halo.*halo\nbudi inbox => \"belum dibaca\":\\[\\].*halo",
	"inbox-newest-first": mailed + "budi send budi lagi => OK\nbudi inbox => lagi.*halo",
	"inbox-kept+inbox-newest-first+inbox-strings+keys-extra": mailed + "budi send budi lagi => OK\nbudi inbox => lagi.*halo.*waktu\nbudi inbox => halo",
	"late":           mailed + "budi inbox => \\[\\]",
	"file-name-only": "budi sendfile budi catatan.txt => OK\nbudi inbox => \"file\":\"catatan.txt\"}",
	"file-path":      "budi sendfile budi catatan.txt => OK\nbudi inbox => /srv/chat/berkas/budi/catatan.txt",
	"file-sentence":  "budi sendfile budi catatan.txt => OK\nbudi inbox => budi mengirim catatan.txt, tersimpan",
	"creator-joins":  "siti inbox => OK\nbudi creategroup kelas siti => OK\nsiti sendgroup kelas halo => budi\nbudi inbox => halo",
	"sender-no-copy": "siti inbox => OK\nbudi creategroup kelas siti,budi => OK\nbudi sendgroup kelas halo => OK\nbudi inbox => \\[\\]\nsiti inbox => halo",
	"members-only":   "siti inbox => OK\nbudi creategroup kelas siti => OK\nbudi sendgroup kelas halo => ERROR",
	"remote-members": linked + "budi creategroup kelas budi,Wati@beta => OK\nbudi sendgroup kelas halo => Wati@beta\nWati inbox => halo\nbudi inbox => halo",
	"connect-only-opens": "budi addserver x {closing} => OK\nbudi connect x => OK\nbudi send budi@x halo => ERROR\n" +
		linked + "budi send Wati@beta halo => OK\nWati inbox => halo",
	"connect-answers-first":     "budi addserver x {closing} => OK\nbudi connect x => OK\nbudi send budi@x halo => ERROR\n" + linked + "budi send Wati@beta halo => OK\nWati inbox => halo",
	"connect-checks-id":         "budi addserver x {beta} => OK\nbudi connect x => ERROR\n" + linked + "budi send Wati@beta halo => OK",
	"connect-strangers-refused": "Wati inbox => OK\nbudi addserver beta {beta} => OK\nbudi connect beta => ERROR\nWati addserver alpha {alpha} => OK\nbudi connect beta => OK\nbudi send Wati@beta halo => OK",
	"link-both-ways":            linked + "Wati send budi@alpha halo => OK\nbudi inbox => halo\nWati addserver alpha {vacant} => OK",
	"servers-per-user":          linked + "siti connect beta => ERROR\nsiti send Wati@beta halo => ERROR",
	"servers-per-user-once":     linked + "budi addserver beta {beta} => ERROR\nsiti addserver beta {beta} => OK\nsiti send Wati@beta halo => OK",
	"add-again-refused":         linked + "budi addserver beta {beta} => ERROR",
	"add-again-replaces":        linked + "siti addserver beta {vacant} => OK\nsiti connect beta => ERROR",
	"own-id-added":              "budi addserver alpha {vacant} => OK\nbudi send budi@alpha halo => OK",
	"connect-twice-refused":     linked + "budi connect beta => ERROR.*sudah",
	"host-name-taken":           "budi addserver x localhost 80 => OK\nbudi addserver y entah.example 80 => OK\nbudi connect y => ERROR.*host\nbudi addserver z !!! 80 => ERROR",
	"trickle":                   `tamu halo => ^{"status":"ERROR","data":"request tidak dikenali"}\r\n\r\n$`,
	"backlog-one":               `tamu halo => ERROR`,
	"one-worker":                linked + "budi send Wati@beta halo => OK\nWati inbox => halo",
	"slow":                      `tamu halo => ERROR`,
	"slow-logins":               `budi inbox => OK`,
}

// linked has Wati on beta, and alpha linked to it.
const linked = "Wati inbox => OK\nbudi addserver beta {beta} => OK\nbudi connect beta => OK\n"

// mailed has a message in budi's inbox.
const mailed = "budi send budi halo => OK\n"

func make64k() []byte {
	b := make([]byte, 64<<10)
	for i := range b {
		b[i] = 'x'
	}
	return b
}
