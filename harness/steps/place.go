package steps

import (
	"errors"
	"strings"
)

// expand renders the places in a request: {alamat siti}, {nama siti},
// {password siti}, {grup kelas}, {server timur}, {ip timur}, {port timur},
// {file itu}, {file yang tidak ada}, {kata panjang}; with "awal-" without the last
// letter, with "lanjut-" with one more. {server ini} is the server's own
// id, {server kedua} the second one's.
func (w *World) expand(from *user, template string) (string, error) {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(template, "{")
		b.WriteString(before)
		if !open {
			return b.String(), nil
		}
		place, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", errors.New("a brace is not closed in " + template)
		}
		value, err := w.place(from, place)
		if err != nil {
			return "", err
		}
		b.WriteString(value)
		template = after
	}
}

func (w *World) place(from *user, place string) (string, error) {
	kind, role, _ := strings.Cut(place, " ")
	switch how, of, changed := strings.Cut(kind, "-"); {
	case changed && of != "alamat":
		value, err := w.place(from, of+" "+role)
		switch {
		case err != nil:
			return "", err
		case how == "lanjut":
			return value + "x", nil
		case how == "awal" && len(value) > 1:
			return value[:len(value)-1], nil
		}
		return w.id(role), nil // what is left of it would be nothing
	}
	switch kind {
	case "alamat":
		return w.address(from, w.user(role))
	case "awal-alamat":
		u := w.user(role)
		if len(u.home.Dialect.Accounts) > 0 {
			return "", signsUp(u)
		}
		cut := *u
		cut.name = u.name[:len(u.name)-1]
		return w.address(from, &cut)
	case "nama":
		return w.user(role).name, nil
	case "password":
		return w.user(role).password, nil
	case "grup":
		return w.id(role), nil
	case "kata":
		return strings.Repeat(w.id("kata"), 30), nil // a word beyond 256 bytes
	case "file":
		if role == "itu" {
			return w.run.File, nil
		}
		return "tidakada" + w.scope + ".txt", nil
	case "server":
		if s := w.servers[role]; s != nil {
			return s.id, nil
		}
		if role == "kedua" && w.run.Second != nil && w.run.Second.Dialect.ServerID != "" {
			return w.run.Second.Dialect.ServerID, nil
		}
		if own := from.home.Dialect.ServerID; role == "ini" && own != "" {
			return own, nil
		}
		return w.id(role), nil
	case "ip":
		return "127.0.0.1", nil
	case "port":
		return itoa(w.servers[role].port), nil
	}
	return "", errors.New("no place is called " + place)
}
