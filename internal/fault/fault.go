// Package fault defines the errors that are not pollux's: the ones a user can mend.
//
// It is not a place for bugs (they end in a report and exit status 70) and not for what pollux could not decide (that is
// a finding.Unknown, part of an answer). A fault says what is wrong in the user's words and how to go on.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says which part of the user's world is wrong. Faces turn it into an exit status.
type Kind uint8

// The kinds of fault.
const (
	Usage       Kind = iota // what was asked cannot be asked: flags, configuration, no project here
	Environment             // the question is fine, but a tool or a directory it needs is missing
)

// UserError is an error in the user's world. Message is lower case without a final period.
type UserError struct {
	Kind    Kind
	Message string
	Hints   []string // what to do, one step each
	Err     error    // the cause, if any; its text is part of Error
}

// Usagef makes a fault of kind Usage.
func Usagef(format string, args ...any) *UserError {
	return &UserError{Kind: Usage, Message: fmt.Sprintf(format, args...)}
}

// Environmentf makes a fault of kind Environment.
func Environmentf(format string, args ...any) *UserError {
	return &UserError{Kind: Environment, Message: fmt.Sprintf(format, args...)}
}

// Hint adds one step that helps, and returns e. An empty hint is dropped.
func (e *UserError) Hint(hint string) *UserError {
	if hint != "" {
		e.Hints = append(e.Hints, hint)
	}
	return e
}

// Because sets the cause and returns e.
func (e *UserError) Because(err error) *UserError {
	e.Err = err
	return e
}

func (e *UserError) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + strings.TrimRight(e.Err.Error(), "\n")
}

func (e *UserError) Unwrap() error { return e.Err }

// As finds the outermost fault in the chain of err.
func As(err error) (*UserError, bool) {
	var user *UserError
	ok := errors.As(err, &user)
	return user, ok
}
