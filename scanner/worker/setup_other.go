//go:build !unix

package worker

import "os"

func harden() {}

// divert keeps the standard output for the pipe and gives libraries the null device in
// its place.
func divert() (*os.File, error) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	pipe := os.Stdout
	os.Stdout = null
	return pipe, nil
}
