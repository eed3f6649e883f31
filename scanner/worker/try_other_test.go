//go:build !linux || !(amd64 || arm64)

package worker_test

import "errors"

func (f *fake) try(string) error { return errors.ErrUnsupported }
