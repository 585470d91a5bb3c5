package variant

import (
	"strings"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// WIRE-3, status.
var statusFaults = []Fault{
	fault("status-lowercase", "status is ok or error in small letters", "status ditulis ok atau error dengan huruf kecil", "WIRE-3", "*", statuses("ok", "error")),
	fault("status-warning", "A refused `send` has the status WARNING", "`send` yang ditolak berstatus WARNING", "WIRE-3 SEND-8 SEND-9", "SEND FEDERATION",
		on("send", when(inside, then(func(_ *call, r chat.Result) chat.Result {
			if r.Status == chat.Failed {
				r.Status = "WARNING"
			}
			return r
		})))),
	fault("status-inbox", "`inbox` answers Ok instead of OK", "`inbox` menjawab Ok, bukan OK", "WIRE-3 INBOX-1 INBOX-3", "*",
		on("inbox", then(func(_ *call, r chat.Result) chat.Result {
			if r.Status == chat.OK {
				r.Status = "Ok"
			}
			return r
		}))),
}

func statuses(ok, failed any) effect {
	return objects(func(_ *conn, o object) object {
		if o.failed() {
			return o.with("status", failed)
		}
		return o.with("status", ok)
	})
}

// WIRE-4 and WIRE-5, data.
var dataFaults = []Fault{
	fault("data-as-message", "The text stands under message, never under data", "Teksnya ada di message, bukan di data", "WIRE-4", "*",
		objects(func(_ *conn, o object) object { return o.renamed("data", "message") })),
	fault("data-missing-on-ok", "A success without anything to tell has no data", "Keberhasilan tanpa hal yang perlu diberitahukan tidak memuat data", "WIRE-4", "*",
		objects(func(_ *conn, o object) object {
			if !o.failed() && strings.Contains(string(o.get("data")), "sudah") {
				return o.without("data")
			}
			return o
		})),
	fault("error-empty", "data of errors is empty, except for unknown requests", "data dari kesalahan kosong, kecuali untuk request yang tidak dikenal", "WIRE-5", "*", explained(``)),
	fault("error-empty-group", "An unknown group gives an ERROR without a message", "Grup yang tidak dikenal menghasilkan ERROR tanpa pesan", "WIRE-5 SENDGROUP-6 SENDFILEGROUP-6", "CREATEGROUP",
		on("sendgroup sendfilegroup", when(both(inside, noGroup), failure(value(""))))),
}

// explained changes the data of all errors but that of an unknown request.
func explained(reason any) effect {
	return objects(func(_ *conn, o object) object {
		if o.failed() && textOf(o.get("data")) != chat.Unrecognized {
			return o.with("data", reason)
		}
		return o
	})
}
