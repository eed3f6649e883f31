//go:build !linux

// Package priority puts the program behind all others that want the processor or the
// disks; only Linux is served.
package priority

import "errors"

// Background fails.
func Background() error { return errors.New("not on this system") }
