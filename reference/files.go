package reference

import (
	"io"
	"os"

	"github.com/protokol-chat/chatspec/reference/chat"
)

// folder is the chat.Files of a folder.
type folder struct {
	path  string
	max   int
	slots chan struct{} // bounds how many files lie in memory half read
}

func newFolder(path string, max int) *folder {
	return &folder{path, max, make(chan struct{}, 8)}
}

// One answer for all names that lead nowhere, so that nobody can find out by
// asking what lies outside the folder.
const errNoFile = chat.Error("file tidak ditemukan")

// Read returns the content of a regular file in the folder or below. That no
// name leads out of it, not by "..", not by a link, is the work of os.Root.
func (f *folder) Read(name string) ([]byte, error) {
	f.slots <- struct{}{}
	defer func() { <-f.slots }()

	root, err := os.OpenRoot(f.path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	// Only a regular file is opened: opening a pipe may wait for ever.
	if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, errNoFile
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, int64(f.max)+1))
	if err != nil {
		return nil, err
	}
	if len(content) > f.max {
		return nil, chat.Errorf("file terlalu besar: paling banyak %d byte", f.max)
	}
	return content, nil
}
