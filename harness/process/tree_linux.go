package process

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

var becomeSubreaper = sync.OnceFunc(func() {
	// Where it fails, orphans go to init, which reaps them as well.
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
})

func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// awaitExit returns when a child has ended and is still a zombie, whose number
// nobody else can get. reap ends that.
func awaitExit(p *os.Process) (reap func() *os.ProcessState) {
	for unix.Waitid(unix.P_PID, p.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	return func() *os.ProcessState {
		state, _ := p.Wait() // nil if somebody else reaped it
		return state
	}
}

// proc is one line of the process table.
type proc struct {
	pid, parent, group, session int
	state                       byte
	threads                     int
	name                        string
	since                       uint64 // clock ticks since boot
}

func (p proc) String() string { return fmt.Sprintf("%d (%s)", p.pid, p.name) }

// gone tells whether only the entry in the table remains. While threads remain,
// the state is that of the first one only.
func (p proc) gone() bool { return (p.state == 'Z' || p.state == 'X') && p.threads <= 1 }

// readProc reads one process; false if there is none. Its name may hold any
// byte, so the fields are counted from the last bracket.
func readProc(pid int) (proc, bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return proc{}, false
	}
	from, to := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if from < 0 || to < from {
		return proc{}, false
	}
	f := strings.Fields(string(b[to+1:]))
	if len(f) < 20 {
		return proc{}, false
	}
	p := proc{pid: pid, state: f[0][0], name: string(b[from+1 : to])}
	p.parent, _ = strconv.Atoi(f[1])
	p.group, _ = strconv.Atoi(f[2])
	p.session, _ = strconv.Atoi(f[3])
	p.threads, _ = strconv.Atoi(f[17])
	p.since, _ = strconv.ParseUint(f[19], 10, 64)
	return p, true
}

func startTime(pid int) uint64 {
	p, _ := readProc(pid)
	return p.since
}

func hasExited(pid int) bool {
	p, ok := readProc(pid)
	return !ok || p.gone()
}

// tree finds the processes of a server, the leader included.
func tree(m mark) []proc {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var found, rest []proc
	known := map[int]bool{}
	if m.leader != 0 {
		known[m.leader] = true
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		p, ok := readProc(pid)
		if !ok || p.since < m.since {
			continue
		}
		if m.leader != 0 && (p.pid == m.leader || p.group == m.leader || p.session == m.leader) || bears(pid, m.folder) {
			found = append(found, p)
			known[pid] = true
		} else {
			rest = append(rest, p)
		}
	}
	for grown := true; grown; {
		grown = false
		others := rest[:0]
		for _, p := range rest {
			if known[p.parent] {
				found = append(found, p)
				known[p.pid] = true
				grown = true
			} else {
				others = append(others, p)
			}
		}
		rest = others
	}
	return found
}

// bears tells whether a process bears the mark, or works in the folder.
func bears(pid int, folder string) bool {
	if folder == "" {
		return false
	}
	if dir, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)); err == nil {
		if _, inside := within(folder, strings.TrimSuffix(dir, " (deleted)")); inside {
			return true
		}
	}
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return err == nil && bytes.Contains(append(env, 0), []byte(markName+"="+folder+"\x00"))
}

// cleanUp kills what is left of a server whose leader has ended, and reaps it.
// It gives what it found, and the numbers of what five seconds could not end.
func cleanUp(m mark) (found []string, survived []int) {
	deadline := time.Now().Add(5 * time.Second)
	seen := map[int]proc{}
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		for _, p := range tree(m) {
			if p.pid == m.leader && p.since == m.since {
				continue
			}
			if _, known := seen[p.pid]; !known {
				seen[p.pid] = p
				if !p.gone() {
					found = append(found, p.String())
				}
			}
			_ = unix.Kill(p.pid, unix.SIGKILL)
		}
		survived = survived[:0]
		for pid, p := range seen {
			switch now, ok := readProc(pid); {
			case !ok || now.since != p.since:
				delete(seen, pid)
			case now.gone() && now.parent == os.Getpid():
				var status unix.WaitStatus
				if reaped, _ := unix.Wait4(pid, &status, unix.WNOHANG, nil); reaped == pid {
					delete(seen, pid)
				}
			case !now.gone():
				survived = append(survived, pid)
			} // a zombie of another parent waits for the end of that
		}
		if len(seen) == 0 || time.Now().After(deadline) {
			return found, survived
		}
		time.Sleep(pause)
	}
}

// usage sums what the processes of a server hold.
func usage(m mark) (Usage, error) {
	var u Usage
	var errs []error
	for _, p := range tree(m) {
		if p.gone() {
			continue
		}
		pages, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.pid))
		if err != nil {
			continue // it has just ended
		}
		fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.pid))
		if err != nil {
			if !errors.Is(err, os.ErrNotExist) && !hasExited(p.pid) {
				errs = append(errs, err)
			}
			continue
		}
		if f := strings.Fields(string(pages)); len(f) > 1 {
			n, _ := strconv.ParseInt(f[1], 10, 64)
			u.Resident += n * int64(os.Getpagesize())
		}
		u.Processes++
		u.Descriptors += len(fds)
	}
	if u.Processes == 0 && len(errs) == 0 {
		errs = append(errs, os.ErrProcessDone)
	}
	return u, errors.Join(errs...)
}

// listeners gives where the processes of a server listen.
func listeners(m mark) []endpoint {
	var all []endpoint
	for _, p := range tree(m) {
		all = append(all, listenersOf(p.pid)...)
	}
	return distinct(all)
}

// listenersOf gives where one process listens.
func listenersOf(pid int) []endpoint {
	sockets := map[string]bool{}
	fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, "socket:[") {
			sockets[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	if len(sockets) == 0 {
		return nil
	}
	var all []endpoint
	for _, s := range tcpTable(pid) {
		if s.state == stateListen && sockets[s.inode] {
			all = append(all, s.endpoint)
		}
	}
	return all
}

// delegated tells whether it is another process than the leader that listens.
func delegated(c *child) bool { return len(listenersOf(c.pid)) == 0 }
