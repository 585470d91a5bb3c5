//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package process

import (
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// watchdog is a shell that reads from this program until that has ended, however
// it did: then it kills the process group that it was last told, on Linux also
// whatever bears the mark or works in the folder, and removes the folder.
//
// It cannot be a program of our own without a second main. Where there is no
// shell, the kernel still ends the server itself.
type watchdog struct {
	cmd *exec.Cmd
	in  io.WriteCloser
}

const watch = `trap '' HUP INT TERM QUIT PIPE
while read -r told; do leader=$told; done
for round in 1 2 3 4 5 6 7 8 9; do
	found=
	if [ -n "$leader" ] && kill -s KILL -- "-$leader"; then found=1; fi
	for pid in $(
		grep -lsF "$1" /proc/[0-9]*/environ | sed 's|^/proc/\([0-9]*\)/.*|\1|'
		ls -l /proc/[0-9]*/cwd | grep -F -e "-> $2/" | sed 's|.* /proc/\([0-9]*\)/cwd -> .*|\1|'
	); do
		if kill -s KILL "$pid"; then found=1; fi
	done
	[ -n "$found" ] || break
done
chmod -R u+rwx "$2"
rm -rf "$2"
`

func newWatchdog(folder string) *watchdog {
	cmd := exec.Command("/bin/sh", "-c", watch, "chatspec-watch", markName+"="+folder, folder)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		return &watchdog{}
	}
	if err := cmd.Start(); err != nil {
		return &watchdog{}
	}
	return &watchdog{cmd, in}
}

// leads tells the watchdog which process group to kill; 0 for none.
func (w *watchdog) leads(pid int) {
	if w.in == nil {
		return
	}
	line := "\n"
	if pid != 0 {
		line = fmt.Sprintln(pid)
	}
	_, _ = io.WriteString(w.in, line) // a watchdog that is gone is none
}

// stop ends the watchdog, which then does nothing.
func (w *watchdog) stop() {
	if w.cmd == nil {
		return
	}
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait() // it says that it was killed; Wait also closes the pipe
}
