//go:build linux

package process

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// The test binary is also the servers: with "serve MANNER ARGUMENT" it behaves
// as the manner says.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "serve" {
		serve(os.Args[2], os.Args[3:]...)
		os.Exit(0)
	}
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // otherwise a server takes a second to end
	goleak.VerifyTestMain(m)
}

var manners = map[string]func(args []string){
	// Answers each line on the port that it was given.
	"well": func(args []string) { answerAll(listen(port(args))) },
	"here": func([]string) { // says where it is and what it was given
		dir, _ := os.Getwd()
		fmt.Println("in", dir)
		fmt.Println("id", os.Getenv("CHATSPEC_ID"), "files", os.Getenv("CHATSPEC_FILES"), "port", os.Getenv("PORT"))
		_ = os.WriteFile("written", nil, 0o600)
		answerAll(listen(port(nil)))
	},
	"ipv6":  func([]string) { answerAll(listen("[::1]:" + os.Getenv("PORT"))) },
	"away":  func([]string) { answerAll(listen("127.0.0.2:" + os.Getenv("PORT"))) },
	"deaf":  func([]string) { fmt.Println("I am deaf"); select {} },
	"mute":  func([]string) { fmt.Println("I am mute"); hold(listen(port(nil))) },
	"exit":  func([]string) { fmt.Println("no such module"); os.Exit(3) },
	"flood": func([]string) { flooding() },
	"chatty": func([]string) {
		go flooding()
		answerAll(listen(port(nil)))
	},
	"stubborn": func([]string) {
		signal.Ignore(syscall.SIGTERM)
		answerAll(listen(port(nil)))
	},
	"fork": func([]string) { // as a daemon does that ends only when its child serves
		detach(exec.Command(os.Args[0], "serve", "well", port(nil)))
		for probe(context.Background(), "127.0.0.1:"+port(nil)) != nil {
			runtime.Gosched()
		}
	},
	"polite": func(args []string) {
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		go answerAll(listen(port(args)))
		<-asked
		fmt.Println("I was asked to end")
	},
	"brood": func([]string) { // answers, and has children that hide in each way
		self := os.Args[0]
		_ = exec.Command(self, "serve", "sit", "group").Start()
		detach(exec.Command(self, "serve", "sit", "session"))
		bare := exec.Command(self, "serve", "sit", "bare") // no mark, but the folder
		bare.Env = []string{}
		detach(bare)
		lost := exec.Command(self, "serve", "sit", "lost") // no folder, but the mark
		lost.Dir = "/"
		detach(lost)
		answerAll(listen(port(nil)))
	},
	"sit": func([]string) {
		signal.Ignore(syscall.SIGTERM, syscall.SIGHUP)
		select {}
	},
}

func serve(manner string, args ...string) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGUSR1) // keeps the runtime from calling select {} a deadlock
	manners[manner](args)
}

func port(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return os.Getenv("CHATSPEC_PORT")
}

func listen(at string) net.Listener {
	if !strings.Contains(at, ":") {
		at = "127.0.0.1:" + at
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return l
}

func answerAll(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			for lines := bufio.NewScanner(c); lines.Scan(); {
				switch word, rest, _ := strings.Cut(lines.Text(), " "); word {
				case "die":
					fmt.Println("Traceback: KeyError")
					os.Exit(7)
				case "dial": // connects to the address, and tells what came
					fmt.Fprintf(c, "%s\r\n\r\n", fetchLine(rest))
				case "close":
					return
				default:
					fmt.Fprintf(c, "{\"status\": \"ERROR\"}\r\n\r\n")
				}
			}
		}()
	}
}

func fetchLine(addr string) string {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	line, _ := bufio.NewReader(c).ReadString('\n')
	return line
}

func hold(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close() // so that it is not collected
	}
}

func flooding() {
	line := []byte(strings.Repeat("x", 1023) + "\n")
	for {
		if _, err := os.Stdout.Write(line); err != nil {
			return
		}
	}
}

// detach starts a command as a daemon: in a session of its own, and its parent
// gone.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Cloneflags: syscall.CLONE_PARENT}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr // as one that forgets to close them
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
	}
}

// probe asks for any answer.
func probe(ctx context.Context, addr string) error {
	_, err := ask(ctx, addr, "chatspec")
	return err
}

func ask(ctx context.Context, addr, line string) (string, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	if _, err := io.WriteString(c, line+"\r\n"); err != nil {
		return "", err
	}
	s, err := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(s), err
}
