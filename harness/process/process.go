// Package process starts a server under test, waits until it answers, keeps
// what it prints, and ends it so that nothing of it stays behind: no process,
// no file, no waiting pipe.
//
// The server runs in a copy of its folder, in a session and process group of
// its own. On Linux its descendants are found wherever they hide: by lineage,
// session, process group, by a mark in their environment and by their working
// directory. What has left all five cannot be told from a stranger and is left
// alone; so is a process that changed its user id. When the calling program is
// killed, the kernel kills the server and a small shell, which waits for
// nothing else, kills the rest and removes the copy; where that shell was
// killed too, the next Start on this machine removes it.
//
// Starting a server makes the calling program a subreaper (see prctl(2)), so
// that what a server leaves behind comes to it and is reaped. With
// Spec.Isolated the program also runs itself once more, in a network namespace;
// that copy never gets to main.
//
// On other Unixes descendants are found by their process group only, and Usage
// is not available. On Windows Start fails with the kind Unsupported.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/protokol-chat/chatspec/harness/verdict"
)

// Probe asks the server at addr (host:port) for any answer at all; it gives nil
// once one came. Its error is told to the user as the reason when none ever
// does. It must not outlast ctx.
type Probe func(ctx context.Context, addr string) error

// Spec says what to start, and how.
type Spec struct {
	// Command is split into words as a shell does it, with quotes and
	// backslashes; if it holds anything else that means something to a shell
	// (a variable, a pipe, a list, a pattern, …) it is run by sh -c as it is.
	// {port}, {id} and {files} in it are filled in, for the shell between quotes
	// where they need any; the same stand in the environment as CHATSPEC_PORT
	// (and PORT), CHATSPEC_ID and CHATSPEC_FILES.
	Command string

	// Dir is the folder in whose copy the command runs, and to which its
	// relative paths refer. "" means: where the command names a script or a
	// program by its path, the folder of that, or the current folder if the
	// script is inside it and it looks like the root of a project
	// (package.json, go.mod, Makefile, …); otherwise the current folder. A word
	// of the command that names a file or folder then goes on naming it, in the
	// copy.
	//
	// The copy leaves out version control; node_modules and virtual environments
	// become links to the originals. At most 256 MiB and 20,000 entries.
	Dir string

	// Provide are files that the copy gets where it has none of that name: name
	// to content.
	Provide map[string][]byte

	ID    string // fills {id}
	Files string // a folder, fills {files}; "" for the copy itself
	Port  int    // where it listens, if its source says so; 0 to give it a free one

	// Isolated gives the server a network namespace of its own, so that several
	// can listen on the same port. Addr is an address out here all the same;
	// what the server itself is to reach goes through Reach. Start fails with the
	// kind NoNamespace where the system does not allow it.
	Isolated bool

	Probe Probe         // required
	Wait  time.Duration // how long it may take until it answers; 0 for 15 s
	Grace time.Duration // between the stop signal and the kill; 0 for 2 s
}

// Process is a server that was started. Its methods may be called from several
// goroutines; Restart and Stop wait for each other.
type Process struct {
	spec    Spec
	command *command
	home    *home
	watch   *watchdog

	op      sync.Mutex // held by Restart and Stop
	stopped bool       // guarded by op
	claim   io.Closer  // to the port that the server was given, guarded by op; nil without one
	gate    *gate      // from outside into the namespace; nil where not isolated

	mu    sync.Mutex
	ns    *namespace // nil where not isolated
	addr  string
	port  int // where the server listens, in its namespace
	child *child
}

// Start starts a server and returns once the probe was answered. ctx bounds the
// start only; a Process lives until Stop. An error is always an *Error, but for
// that of ctx, and then nothing is left of the server.
func Start(ctx context.Context, spec Spec) (*Process, error) {
	if spec.Wait <= 0 {
		spec.Wait = 15 * time.Second
	}
	if spec.Grace <= 0 {
		spec.Grace = 2 * time.Second
	}
	if !supported {
		return nil, fail(Unsupported, "chatspec cannot start servers on this system: start yours yourself and give its address",
			"chatspec tidak dapat menjalankan server di sistem ini: jalankan sendiri lalu berikan alamatnya")
	}
	if spec.Port < 0 || spec.Port > 65535 {
		return nil, fail(BadCommand, "%d is no port: use 1 to 65535", "%d bukan port: gunakan 1 sampai 65535", spec.Port)
	}
	command, err := parseCommand(spec.Command)
	if err != nil {
		return nil, err
	}
	if err := command.settle(spec.Dir); err != nil {
		return nil, err
	}
	if spec.Files != "" {
		if spec.Files, err = filepath.Abs(spec.Files); err != nil {
			return nil, folderError(spec.Files, err)
		}
	}
	home, err := newHome()
	if err != nil {
		return nil, folderError(os.TempDir(), err)
	}
	p := &Process{spec: spec, command: command, home: home, watch: newWatchdog(home.path)}
	if err := p.launch(ctx); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

// Restart ends the server, if it still runs, and starts it anew in a fresh copy
// of its folder. A server that was given a free port gets another one, as the
// old one may be blocked for a minute: ask Addr again. Where the port is fixed,
// and the server does not set SO_REUSEADDR, that minute is waited for; not so
// where it is isolated. After an error the server does not run, and Restart may
// be tried again.
func (p *Process) Restart(ctx context.Context) error {
	p.op.Lock()
	defer p.op.Unlock()
	if p.stopped {
		return fail(Exited, "the server was stopped for good", "server sudah dihentikan untuk seterusnya")
	}
	p.end()
	return p.launch(ctx)
}

// Stop ends the server and all that it started: first by asking (SIGTERM), then
// by force; and removes its copy. It tells how the server ended, also if that
// was earlier. Only the first call does anything.
func (p *Process) Stop() Ending {
	p.op.Lock()
	defer p.op.Unlock()
	if !p.stopped {
		p.stopped = true
		p.end()
		if p.gate != nil {
			p.gate.close()
		}
		p.home.remove()
		p.watch.stop()
	}
	e, _ := p.Ending()
	return e
}

// Addr is where the server is reached, host:port.
func (p *Process) Addr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.addr
}

// Dir is the copy in which the server runs. It is replaced by Restart.
func (p *Process) Dir() string { return p.home.run() }

// Reach gives the address under which the server itself reaches what listens at
// addr out here. That is addr, unless the server is isolated.
func (p *Process) Reach(addr string) (string, error) {
	p.mu.Lock()
	ns := p.ns
	p.mu.Unlock()
	if ns == nil {
		return addr, nil
	}
	return ns.reach(addr)
}

// Exited is closed when the server has ended and all that it left was cleaned
// up. Each Restart makes a new channel.
func (p *Process) Exited() <-chan struct{} { return p.current().exited }

// Ending tells how the server ended; false while it runs.
func (p *Process) Ending() (Ending, bool) {
	c := p.current()
	if c == nil || !c.ended() {
		return Ending{}, false
	}
	return c.ending, true
}

// Output gives the last lines that the server printed, on stdout and stderr, at
// most 20 and 4 KiB. They are raw.
func (p *Process) Output() string { return p.current().output.last() }

// Pid is the process id of the server.
func (p *Process) Pid() int { return p.current().pid }

// Usage is what the server and its descendants hold.
type Usage struct {
	Processes   int
	Resident    int64 // bytes of memory, shared ones counted once per process
	Descriptors int   // open files and sockets
}

// Usage measures. It fails where the system does not tell, and when the server
// has ended.
func (p *Process) Usage() (Usage, error) { return usage(p.current().mark()) }

// Notes are things worth telling about a server that works all the same.
func (p *Process) Notes() []verdict.Text { return p.current().notes() }

func (p *Process) current() *child {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.child
}

// end stops what runs now. The caller holds op, or is Start.
func (p *Process) end() {
	if c := p.current(); c != nil {
		c.stop(p.spec.Grace)
	}
	if p.claim != nil {
		_ = p.claim.Close() // nothing was sent over it
		p.claim = nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ns != nil {
		p.ns.close()
		p.ns = nil
	}
}

// launch starts the server and waits until it answers; after an error nothing
// runs.
func (p *Process) launch(ctx context.Context) error {
	for {
		err := p.try(ctx)
		if err == nil {
			return nil
		}
		p.end()
		// Many servers cannot listen while a connection of their predecessor
		// lingers on the port. The kernel forgets it within a minute.
		var e *Error
		if !errors.As(err, &e) || e.Kind != Exited || p.spec.Port == 0 || p.spec.Isolated || !lingering(p.spec.Port) {
			return err
		}
		if !outlast(ctx, p.spec.Port) {
			e.Kind = PortTaken
			e.Text = verdict.Textf("port %d is blocked for about a minute by a connection that has ended: let the server set SO_REUSEADDR, or wait",
				"port %d tertahan sekitar satu menit oleh koneksi yang sudah berakhir: buat server memakai SO_REUSEADDR, atau tunggu", p.spec.Port)
			return e
		}
	}
}

// outlast waits until no connection that has ended blocks the port any more.
func outlast(ctx context.Context, port int) bool {
	ctx, cancel := context.WithTimeout(ctx, 65*time.Second)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
			if !lingering(port) {
				return true
			}
		}
	}
}

// try starts the server once.
func (p *Process) try(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.home.fill(ctx, p.command.folder, p.spec.Provide); err != nil {
		return err
	}
	port := p.spec.Port
	if port == 0 {
		var err error
		if port, p.claim, err = vacant(); err != nil {
			return fail(PortTaken, "no free port was found: %v", "tidak ada port yang bebas: %v", err)
		}
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	var ns *namespace
	switch {
	case p.spec.Isolated:
		var err error
		if ns, err = newNamespace(); err != nil {
			return fail(NoNamespace, "this system does not allow a network of its own to a server (%v), so only one can use port %d",
				"sistem ini tidak mengizinkan jaringan tersendiri untuk sebuah server (%v), jadi hanya satu yang dapat memakai port %d", err, port)
		}
		if p.gate == nil {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				ns.close()
				return fail(PortTaken, "no free port was found: %v", "tidak ada port yang bebas: %v", err)
			}
			p.gate = newGate(l, nil)
		}
		p.gate.lead(func(ctx context.Context) (net.Conn, error) {
			return ns.dial(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		})
		addr = p.gate.addr()
	case p.spec.Port != 0 && taken(port):
		return fail(PortTaken, "port %d is in use by another program: stop that first", "port %d sedang dipakai program lain: hentikan dulu program itu", port)
	}
	c, err := p.spawn(ns, port)
	p.mu.Lock()
	p.ns = ns
	if err == nil {
		p.addr, p.port, p.child = addr, port, c
	}
	p.mu.Unlock()
	if err != nil {
		return err
	}
	return p.await(ctx, c)
}

// spawn runs the command in the copy.
func (p *Process) spawn(ns *namespace, port int) (*child, error) {
	dir := p.home.run()
	files := p.spec.Files
	if files == "" {
		files = dir
	}
	values := map[string]string{"port": strconv.Itoa(port), "id": p.spec.ID, "files": files}
	argv := p.command.render(dir, values)
	path, err := find(argv[0], dir)
	if err != nil {
		return nil, err
	}
	env := slices.Concat(os.Environ(), []string{
		"PYTHONUNBUFFERED=1", // otherwise the last lines of a Python server are lost with it
		"PORT=" + values["port"],
		"CHATSPEC_PORT=" + values["port"], "CHATSPEC_ID=" + values["id"], "CHATSPEC_FILES=" + files,
		markName + "=" + p.home.path,
		"PWD=" + dir,
	})
	c, err := startChild(launchSpec{Path: path, Args: argv, Env: env, Dir: dir}, ns, p.home.path, p.watch)
	if err != nil {
		return nil, notRunnable(argv[0], err)
	}
	return c, nil
}

// notRunnable tells why a command that is there could not be run.
func notRunnable(name string, err error) error {
	if isNoExec(err) {
		return fail(NotRunnable, "%s cannot be run by itself: name the program that runs it, or begin it with a #! line",
			"%s tidak dapat dijalankan begitu saja: sebutkan program yang menjalankannya, atau awali dengan baris #!", quote(name))
	}
	return fail(NotRunnable, "%s cannot be run: %v", "%s tidak dapat dijalankan: %v", quote(name), err)
}

func folderError(path string, err error) *Error {
	return fail(BadFolder, "the folder %s cannot be used: %v", "folder %s tidak dapat dipakai: %v", quote(path), err)
}

func quote(s string) string { return fmt.Sprintf("%q", s) }
