package detectors

func vectorKernels() []kernel { return nil }
