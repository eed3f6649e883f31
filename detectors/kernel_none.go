//go:build !amd64

package detectors

func vectorKernels() []kernel { return nil }
