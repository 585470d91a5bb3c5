package chat

import (
	"errors"
	"fmt"
)

// The two values of Result.Status.
const (
	OK     = "OK"
	Failed = "ERROR"
)

// Unrecognized is the data of the result for an unknown request, the only one
// whose words the specification gives.
const Unrecognized = "request tidak dikenali"

// A Result answers one request. Data is whatever encoding/json can write: the
// machine puts a []Message into the result of inbox, and a string everywhere
// else.
type Result struct {
	Status string `json:"status"`
	Data   any    `json:"data"`
}

// Fail is the result that refuses a request, with the reason in Indonesian.
func Fail(reason string) Result { return Result{Failed, reason} }

// An Error is a refusal in words that the user may read, in Indonesian. Files
// and Links return it for what went wrong on the user's side; of any other
// error the user learns nothing.
type Error string

func (e Error) Error() string { return string(e) }

// Errorf formats an Error.
func Errorf(format string, args ...any) error { return Error(fmt.Sprintf(format, args...)) }

// failure turns an error into a result.
func failure(err error) Result {
	if refusal, ok := errors.AsType[Error](err); ok {
		return Fail(string(refusal))
	}
	return Fail("terjadi gangguan di server")
}
