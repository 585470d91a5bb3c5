// Ganda encodes every result twice, calls groups by other names, and otherwise
// keeps to the letter: sessions belong to connections, users are user@id.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
)

const id = "alpha"

type result struct {
	Status string `json:"status"`
	Data   any    `json:"data"`
}

func ok(data any) result       { return result{"OK", data} }
func salah(text string) result { return result{"ERROR", text} }

var (
	mu     sync.Mutex
	users  = map[string]string{}
	boxes  = map[string][]map[string]string{}
	groups = map[string][]string{}
	tokens int
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	fmt.Println("ready", l.Addr().(*net.TCPAddr).Port)
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go serve(c)
	}
}

func serve(c net.Conn) {
	defer c.Close()
	user := ""
	lines := bufio.NewScanner(c)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		mu.Lock()
		inner, err := json.Marshal(answer(&user, strings.TrimSuffix(lines.Text(), "\r")))
		mu.Unlock()
		if err != nil {
			return
		}
		outer, err := json.Marshal(string(inner))
		if err != nil {
			return
		}
		if _, err := c.Write(append(outer, "\r\n\r\n"...)); err != nil {
			return
		}
	}
}

func answer(user *string, line string) result {
	command, rest, _ := strings.Cut(line, " ")
	first, second, _ := strings.Cut(rest, " ")
	switch command {
	case "register":
		if _, taken := users[first]; taken || first == "" || second == "" {
			return salah("tidak dapat didaftarkan")
		}
		users[first] = second
		return ok("teregistrasi")
	case "auth":
		if p, known := users[first]; !known || p != second {
			return salah("user atau password salah")
		}
		*user = first
		tokens++
		return ok(strconv.Itoa(tokens) + "-" + first)
	case "logout", "inbox", "send", "addgroup", "send_group":
	default:
		return salah("request tidak dikenali")
	}
	switch {
	case *user == "":
		return salah("masuk dulu")
	case command == "logout":
		*user = ""
		return ok("keluar")
	case command == "inbox":
		return ok(append([]map[string]string{}, boxes[*user]...))
	case first == "" || second == "":
		return salah("parameter kurang")
	case command == "send":
		to, server, _ := strings.Cut(first, "@")
		if _, known := users[to]; !known || server != id {
			return salah("user tidak dikenal")
		}
		deliver(*user, to, second)
		return ok("terkirim")
	case command == "addgroup":
		members := strings.Split(second, ",")
		for _, m := range members {
			if _, known := users[m]; !known {
				return salah("anggota tidak dikenal")
			}
		}
		if groups[first] != nil {
			return salah("grup sudah ada")
		}
		groups[first] = members
		return ok("grup dibuat")
	}
	if groups[first] == nil {
		return salah("grup tidak dikenal")
	}
	for _, m := range groups[first] {
		deliver(*user, m, second)
	}
	return ok("terkirim kepada " + strings.Join(groups[first], ", "))
}

func deliver(from, to, text string) {
	boxes[to] = append(boxes[to], map[string]string{"dari": from + "@" + id, "pesan": text})
}
