package chat

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"runtime"
)

// A secret is what is kept of a password.
type secret struct {
	salt [16]byte
	key  [32]byte
}

// A hasher turns passwords into secrets. It leaves a processor free, so that
// clients who guess passwords do not stop those who chat.
type hasher struct {
	iterations int
	slots      chan struct{}
}

func newHasher(iterations int) hasher {
	return hasher{iterations, make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))}
}

// conceal hashes password with a salt of its own.
func (h hasher) conceal(password string) (s secret) {
	rand.Read(s.salt[:])
	s.key = h.derive(password, s.salt)
	return s
}

// matches reports whether s was made from password, in a time that does not
// tell how much of it is right.
func (h hasher) matches(s secret, password string) bool {
	key := h.derive(password, s.salt)
	return subtle.ConstantTimeCompare(key[:], s.key[:]) == 1
}

func (h hasher) derive(password string, salt [16]byte) [32]byte {
	h.slots <- struct{}{}
	defer func() { <-h.slots }()
	key, err := pbkdf2.Key(sha256.New, password, salt[:], h.iterations, 32)
	if err != nil {
		panic(err) // only for lengths that FIPS 140 forbids
	}
	return [32]byte(key)
}
