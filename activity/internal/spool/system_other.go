//go:build !windows && (!unix || solaris || aix)

package spool

import (
	"errors"
	"os"
)

// A lock that ends with the process, as the spool needs it, is not at hand.
func makeLock(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func takeLock(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func syncFolder(string) error { return errors.ErrUnsupported }
