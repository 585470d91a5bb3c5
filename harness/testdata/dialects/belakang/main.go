// Belakang wants the token last, calls auth login, and ends results with a line
// break only.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
)

type result struct {
	Status string `json:"status"`
	Pesan  any    `json:"pesan"`
}

func ok(data any) result       { return result{"OK", data} }
func salah(text string) result { return result{"ERROR", text} }

var (
	mu       sync.Mutex
	users    = map[string]string{}
	sessions = map[string]string{}
	issued   int // tokens, ever
	boxes    = map[string][]string{}
	groups   = map[string][]string{}
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
	lines := bufio.NewScanner(c)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		mu.Lock()
		r := answer(strings.TrimSuffix(lines.Text(), "\r"))
		mu.Unlock()
		b, err := json.Marshal(r)
		if err != nil {
			return
		}
		if _, err := c.Write(append(b, '\n')); err != nil {
			return
		}
	}
}

func answer(line string) result {
	w := strings.Split(line, " ")
	switch {
	case w[0] == "login" && len(w) == 3:
		if p, known := users[w[1]]; !known || p != w[2] {
			return salah("user atau password salah")
		}
		issued++
		token := fmt.Sprintf("t%d-%s", issued, w[1])
		sessions[token] = w[1]
		return ok(token)
	case w[0] == "login":
		return salah("pakai: login user password")
	case w[0] == "register" && len(w) == 3 && w[2] != "":
		if _, taken := users[w[1]]; taken {
			return salah("user sudah ada")
		}
		users[w[1]] = w[2]
		return ok("teregistrasi")
	case w[0] == "register":
		return salah("pakai: register user password")
	}
	commands := map[string]func(user string, p []string) result{"send": send, "inbox": inbox, "logout": logout, "creategroup": create, "sendgroup": sendGroup}
	command, known := commands[w[0]]
	if !known {
		return salah("Perintah " + w[0] + " tidak ada")
	}
	last := len(w) - 1
	user, in := sessions[w[last]]
	if !in {
		return salah("token tidak berlaku")
	}
	if w[0] == "logout" {
		delete(sessions, w[last])
	}
	return command(user, w[1:last])
}

func logout(string, []string) result       { return ok("sampai jumpa") }
func inbox(user string, _ []string) result { return ok(append([]string{}, boxes[user]...)) }
func send(user string, p []string) result {
	if len(p) < 2 {
		return salah("parameter kurang")
	}
	if _, known := users[p[0]]; !known {
		return salah("user tidak dikenal")
	}
	boxes[p[0]] = append(boxes[p[0]], user+": "+strings.Join(p[1:], " "))
	return ok("terkirim")
}

func create(_ string, p []string) result {
	if len(p) != 2 {
		return salah("parameter kurang")
	}
	if groups[p[0]] != nil {
		return salah("grup sudah ada")
	}
	members := strings.Split(p[1], ",")
	for _, m := range members {
		if _, known := users[m]; !known {
			return salah("anggota tidak dikenal")
		}
	}
	groups[p[0]] = members
	return ok("grup dibuat")
}

func sendGroup(user string, p []string) result {
	if len(p) < 2 {
		return salah("parameter kurang")
	}
	members, known := groups[p[0]]
	if !known {
		return salah("grup tidak dikenal")
	}
	for _, m := range members {
		boxes[m] = append(boxes[m], user+": "+strings.Join(p[1:], " "))
	}
	return ok("terkirim kepada " + strings.Join(members, ", "))
}
