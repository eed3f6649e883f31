//go:build !amd64

package detectors

func anchorFilterFor(string) anchorFilter { return anchorsGo }
