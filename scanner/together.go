package scanner

import "sync"

// Together calls functions at the same time and returns when all have ended:
// for documents, which walk the same results side by side. What one of them
// panics with ends the program.
func Together(work ...func()) {
	var group sync.WaitGroup
	for _, f := range work {
		group.Go(f)
	}
	group.Wait()
}
