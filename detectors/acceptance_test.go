package detectors_test

import (
	"testing"

	"recense/detectors"
	"recense/detectors/detectortest"
)

// TestDetectors runs the acceptance suite on every detector of the list.
func TestDetectors(t *testing.T) {
	all := detectors.All()
	for _, d := range all {
		t.Run(string(d.Kind), func(t *testing.T) { detectortest.Accept(t, d, all, "testdata") })
	}
}
