package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// endpoint is an address that was looked up.
type endpoint struct {
	port uint16
	ips  []netip.Addr
}

// lookup reads HOST:PORT and finds the host, so that a name nobody knows is
// told from a server that is not there.
func lookup(ctx context.Context, address string) (endpoint, error) {
	wrong := func(format string, args ...any) (endpoint, error) {
		return endpoint{}, fmt.Errorf("the address %q %s", address, fmt.Sprintf(format, args...))
	}
	if _, rest, found := strings.Cut(address, "://"); found {
		return wrong("has a scheme: write it without, %s", strings.TrimRight(rest, "/"))
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		if _, err := strconv.Atoi(address); err == nil {
			return wrong("is only a port: write HOST:PORT, as in 127.0.0.1:%s", address)
		}
		if ip, err := netip.ParseAddr(address); err == nil && ip.Is6() {
			return wrong("has no port: write [%s]:8889", ip)
		}
		if !strings.Contains(address, ":") && address != "" {
			return wrong("has no port: write %s:8889", address)
		}
		return wrong("cannot be read: write HOST:PORT, as in 127.0.0.1:8889")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return wrong("has the port %q: a port is a number from 1 to 65535", port)
	}
	if host == "" {
		return wrong("has no host: write 127.0.0.1:%s", port)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return wrong("names a host that nobody knows: %s", host)
	case err != nil:
		return wrong("cannot be looked up: %v", err)
	}
	return endpoint{uint16(n), ips}, nil
}

// same tells whether two addresses reach the same server.
func (e endpoint) same(other endpoint) bool {
	if e.port != other.port {
		return false
	}
	for _, a := range e.ips {
		for _, b := range other.ips {
			if a.Unmap() == b.Unmap() {
				return true
			}
		}
	}
	return false
}
