package variant_test

// faultTalks show faults at work.
var faultTalks = map[string]string{
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
	"auth-failed-ends": `budi inbox => OK
		siti inbox => OK
		tamu auth budi salah => ERROR
		siti inbox => OK
		budi inbox => ERROR`,
	"command-breaks": `budi send => ERROR
		siti send budi halo => ERROR`,
	"pieces-lost": `budi:= "in" => silence
		budi:= "box\n" => ERROR`,
	"segment-rest-lost": `budi:= "halo\nin" => tidak dikenali
		budi:= "box\n" => tidak dikenali`,
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
	"auth-keeps-first": `siti inbox => OK
		budi logout => OK
		budi auth siti Sandi777 => OK
		siti send siti halo => OK
		budi inbox => \[\]
		siti inbox => halo`,
	"auth-second-ignored": `siti inbox => OK
		budi auth siti Sandi777 => OK
		siti send siti halo => OK
		budi inbox => \[\]
		budi logout => OK
		budi auth siti Sandi777 => OK
		budi inbox => halo`,
	"auth-failed-switches": `siti send siti halo => OK
		tamu auth siti salah => ERROR
		tamu inbox => ERROR
		budi auth siti salah => ERROR
		budi inbox => halo`,
	"auth-failed-reopens": `siti inbox => OK
		budi auth siti salah => ERROR
		budi logout => OK
		budi inbox => ERROR
		budi auth siti salah => ERROR
		budi send siti halo => OK
		siti inbox => budi@alpha`,
	"auth-sign-ignored": `budi inbox => OK
		tamu auth budi Sandi777x => ERROR
		tamu auth budi Sandi777!? => OK`,
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
	"register-over-session": `budi logout => OK
		tamu register budi baru => ERROR
		tamu auth budi baru => ERROR
		budi auth budi Sandi777 => OK
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
	"send-after-logout-lost": `tamu register tono x => OK
		siti logout => OK
		budi send tono halo => OK
		budi send siti halo => OK
		tamu auth tono x => OK
		tamu inbox => halo
		siti auth siti Sandi777 => OK
		siti inbox => \[\]`,
	"send-own-prefix": `budi send budi@entah halo => ERROR
		budi send budi@alph halo => OK
		budi inbox => halo`,
	"send-own-extension": `budi send budi@alph halo => ERROR
		budi send budi@alphab halo => OK
		budi inbox => halo`,
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
	"send-hash-cuts": `budi send budi satu # dua => OK
		budi inbox => "satu "`,
	"send-quotes-off": `budi send budi "halo" kata dunia => OK
		budi inbox => "\\"halo\\" kata dunia"
		budi send budi "halo dunia" => OK
		budi inbox => "halo dunia"`,
	"send-long-refused": `budi send budi {long} => ERROR`,
	"send-missing-crashes": `budi send => closed
		budi halo => gone`,
	"inbox-guest-ok": `tamu inbox => OK`,
	"inbox-newest-only": `budi send budi satu => OK
		budi send budi dua => OK
		budi inbox => \[{"dari":"budi@alpha","pesan":"dua"}\]`,
	"inbox-group-hides": `siti inbox => OK
		budi creategroup kelas budi,siti => OK
		budi send siti satu => OK
		siti inbox => satu
		budi send siti dua => OK
		budi sendgroup kelas halo => OK
		siti inbox => "data":\[{[^}]*"halo"}]}
		siti inbox => \[\]`,
	"inbox-empties-same-sender": `siti inbox => OK
		tono send siti dua => OK
		budi send siti satu => OK
		budi send tono tiga => OK
		tono inbox => tiga
		siti inbox => "data":\[{[^}]*"dua"}]}`,
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
	"sendgroup-one-each": `siti inbox => OK
		budi creategroup kelas siti => OK
		budi creategroup klub budi,siti => OK
		budi sendgroup kelas satu => OK
		budi sendgroup klub dua => OK
		siti inbox => "data":\[{[^}]*"satu"}]}
		budi inbox => dua`,
	"sendgroup-namesakes": `sitinur inbox => OK
		siti inbox => OK
		budi creategroup kelas siti => OK
		budi sendgroup kelas halo => OK
		sitinur inbox => halo`,
	"sendgroup-merged": `siti inbox => OK
		tono inbox => OK
		budi creategroup kelas budi,siti => OK
		budi creategroup klub budi,tono => OK
		budi sendgroup klub halo => OK
		siti inbox => \[\]
		budi creategroup regu tono,siti => OK
		budi sendgroup klub lagi => OK
		siti inbox => lagi`,
	"sendgroup-prefix": `budi creategroup kelas budi => OK
		budi sendgroup kelasx halo => ERROR
		budi sendgroup kela halo => OK
		budi inbox => halo`,
	"sendgroup-extension": `budi creategroup kelas budi => OK
		budi sendgroup kela halo => ERROR
		budi sendgroup kelasx halo => OK
		budi inbox => halo`,
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
	"creategroup-owner-replaces": `siti inbox => OK
		budi creategroup kelas budi => OK
		siti creategroup kelas siti => ERROR
		budi sendgroup kelas halo => OK
		budi inbox => halo
		budi creategroup kelas siti => ERROR
		budi sendgroup kelas halo => OK
		budi inbox => \[\]
		siti inbox => halo`,
	"creategroup-refused-joins": `siti inbox => OK
		budi creategroup kelas budi => OK
		siti creategroup kelas siti => ERROR
		budi sendgroup kelas halo => OK
		budi inbox => halo
		siti inbox => halo`,
	"creategroup-ends-with-session": `siti inbox => OK
		budi creategroup kelas budi,siti => OK
		siti logout => OK
		budi sendgroup kelas halo => OK
		budi logout => OK
		budi auth budi Sandi777 => OK
		budi sendgroup kelas halo => ERROR`,
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
	"sendfile-parents": `budi sendfile budi /etc/passwd => ERROR`,
	"sendfile-dot-first": `budi sendfile budi ../../../../../../../../etc/passwd => ERROR
		budi sendfile budi ./../../../../../../../../etc/passwd => OK`,
	"sendfile-dots-once": `budi sendfile budi ../../../../../../../../etc/passwd => ERROR
		budi sendfile budi /etc/passwd => ERROR
		budi sendfile budi ....//....//....//....//etc/passwd => OK`,
	"sendfile-nofile-crashes":  `budi sendfile budi tidakada.txt => closed`,
	"sendfilegroup-everywhere": "budi creategroup kelas budi => OK\nbudi sendfilegroup kelas /etc/passwd => OK",
	"sendfile-stored": `budi sendfile budi catatan.txt => OK
		budi inbox => \[\]`,

	// Servers
	"addserver-port-65536":    `budi addserver x 127.0.0.1 65536 => OK`,
	"addserver-port-word":     `budi addserver x 127.0.0.1 delapan => OK`,
	"addserver-port-tail":     "budi addserver x 127.0.0.1 abc => ERROR\nbudi addserver x 127.0.0.1 80abc => OK",
	"addserver-address-any":   `budi addserver x !!! 80 => OK`,
	"addserver-forgets":       "budi addserver beta {beta} => OK\nbudi connect beta => ERROR",
	"connect-lazy":            "budi addserver x {vacant} => OK\nbudi connect x => OK",
	"connect-any":             "budi connect x => ERROR\nbudi addserver beta {beta} => OK\nsiti connect x => ERROR\nbudi connect x => OK",
	"connect-prefix":          "budi addserver beta {beta} => OK\nbudi connect x => ERROR\nbudi connect bet => OK",
	"connect-vacant-ok":       "budi addserver x {vacant} => OK\nbudi connect x => OK",
	"connect-vacant-hangs":    "budi addserver x {vacant} => OK\nbudi connect x => silence",
	"connect-garbage-crashes": "budi addserver x {garbage} => OK\nbudi connect x => closed",
	"federation-lost":         linked + "budi send Wati@beta halo => OK\nWati inbox => \\[\\]",
	"federation-cut-1024":     linked + "budi send Wati@beta {long} => OK\nWati inbox => \"x{1000}x{24}\"",
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
