//go:build !linux

package process

import (
	"context"
	"errors"
	"net"
	"os"
)

// namespace does not exist here.
type namespace struct{}

func newNamespace() (*namespace, error)                            { return nil, errors.ErrUnsupported }
func (*namespace) close()                                          {}
func (*namespace) start(launchSpec, *os.File) (*os.Process, error) { return nil, errors.ErrUnsupported }
func (*namespace) dial(context.Context, string) (net.Conn, error)  { return nil, errors.ErrUnsupported }
func (*namespace) reach(string) (string, error)                    { return "", errors.ErrUnsupported }
func (*namespace) listens(int) bool                                { return false }
