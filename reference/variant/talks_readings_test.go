package variant_test

// readingTalks show readings at work.
var readingTalks = map[string]string{
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
	"message-4k":          "budi send budi {long}{long} => ERROR\nbudi send budi halo => OK\nbudi inbox => \\[{[^}]*\"halo\"}\\]",
	"parameters-first":    `tamu send => parameter kurang`,
	"unknown-login-first": `tamu halo => silakan auth dahulu`,
	"command-any-case":    `budi INBOX => OK`,
	"token-number":        `budi auth budi Sandi777 => "data":\d+}`,
	"token-object":        `budi auth budi Sandi777 => "data":{"token":"\w+","user":"budi"}`,
	"one-session": `budi inbox => OK
		tamu auth budi Sandi777 => ERROR
		budi logout => OK
		tamu auth budi Sandi777 => OK`,
	"newest-session": `budi inbox => OK
		tamu auth budi Sandi777 => OK
		budi inbox => ERROR
		tamu inbox => OK`,
	"newest-session-closes": `budi inbox => OK
		tamu auth budi Sandi777 => OK
		budi inbox => closed
		tamu inbox => OK`,
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
	"inbox-files-kept":   mailed + "budi sendfile budi catatan.txt => OK\nbudi inbox => halo.*catatan\nbudi inbox => \\[{[^}]*catatan",
	"inbox-groups-kept":  mailed + "budi creategroup kelas budi => OK\nbudi sendgroup kelas hai => OK\nbudi inbox => halo.*hai\nbudi inbox => \\[{[^}]*hai",
	"more-commands":      "budi help => OK\nbudi quit => OK\nbudi salam => request tidak dikenali",
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
	"creator-listed": "siti inbox => OK\nbudi creategroup kelas siti => ERROR\nbudi creategroup kelas siti,budi => OK",
	"creator-apart":  "siti inbox => OK\nbudi creategroup kelas siti,budi => OK\nsiti sendgroup kelas halo => OK\nbudi inbox => \\[\\]\nsiti inbox => halo",
	"sender-no-copy": "siti inbox => OK\nbudi creategroup kelas siti,budi => OK\nbudi sendgroup kelas halo => OK\nbudi inbox => \\[\\]\nsiti inbox => halo",
	"listed-twice": `siti inbox => OK
		budi creategroup kelas siti,budi,siti => OK
		budi sendgroup kelas halo => OK
		siti inbox => halo.*halo
		budi inbox => "data":\[{[^}]*"halo"}]}`,
	"groups-of-two": `budi creategroup kelas budi => ERROR
		siti inbox => OK
		budi creategroup kelas budi,siti => OK`,
	"groups-of-three": `siti inbox => OK
		budi creategroup kelas budi,siti => ERROR
		tono inbox => OK
		budi creategroup kelas budi,siti,tono => OK`,
	"members-only":   "siti inbox => OK\nbudi creategroup kelas siti => OK\nbudi sendgroup kelas halo => ERROR",
	"creator-only":   "siti inbox => OK\nbudi creategroup kelas siti,budi => OK\nsiti sendgroup kelas halo => ERROR\nbudi sendgroup kelas halo => OK",
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
	"address-once":              linked + "budi addserver beta {beta} => OK\nsiti addserver x {beta} => ERROR\nbudi send Wati@beta halo => OK",
	"own-id-added":              "budi addserver alpha {vacant} => OK\nbudi send budi@alpha halo => OK",
	"connect-twice-refused":     linked + "budi connect beta => ERROR.*sudah",
	"addserver-tries":           "budi addserver x {vacant} => ERROR\nbudi addserver beta {beta} => OK",
	"addserver-asks":            "budi addserver x {closing} => ERROR\nbudi addserver beta {beta} => OK",
	"host-name-taken":           "budi addserver x localhost 80 => OK\nbudi addserver y entah.example 80 => OK\nbudi connect y => ERROR.*host\nbudi addserver z !!! 80 => ERROR",
	"trickle":                   `tamu halo => ^{"status":"ERROR","data":"request tidak dikenali"}\r\n\r\n$`,
	"backlog-one":               `tamu halo => ERROR`,
	"one-worker":                linked + "budi send Wati@beta halo => OK\nWati inbox => halo",
	"slow":                      `tamu halo => ERROR`,
	"slow-logins":               `budi inbox => OK`,
}
