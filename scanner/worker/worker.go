// Package worker is the main function of a worker process: a program that a
// scan starts with a hidden argument, which reads units from its standard input
// and writes what it found to its standard output. It sets the process up for
// hostile files and leaves the work to scanner.Serve.
//
// Before the first byte that is scanned the process is put into a cage, for good:
// no new privileges, no core, not to be traced; Landlock leaves it nothing to write
// and nothing to read but what its sources name; seccomp refuses to start programs,
// to change files and, unless a source needs it, the network. A kernel that lacks
// one of these is told in the notes of the run, and the work goes on.
//
// What it does not do: it opens no network connection by itself, writes no file and
// prints nothing.
package worker

import (
	"io"
	"os"
	"runtime/debug"

	"recense/scanner"
)

// maxStack makes endless recursion end early, in bytes.
const maxStack = 64 << 20

// Main runs a worker until stdin ends and returns the exit code of the process:
// 0, or 1 when it could not be set up or the pipe broke. build makes the sources
// and the engine from the configuration of the scan.
func Main(stdin io.Reader, stdout io.Writer, build scanner.Build) int {
	harden()
	debug.SetMaxStack(maxStack)
	out := stdout
	// A library that prints must not write into the pipe.
	if stdout == io.Writer(os.Stdout) {
		private, err := divert()
		if err != nil {
			return 1
		}
		defer private.Close()
		out = private
	}
	if err := scanner.Serve(ending(stdin), out, build, cage, func() { os.Exit(1) }); err != nil {
		return 1
	}
	return 0
}
