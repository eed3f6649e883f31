package main

import (
	"os"
	"path/filepath"
)

// spoolFolder is where documents under way have their temporary files, in the state
// folder: each program that writes documents has a folder of its own in it.
const spoolFolder = "spool"

// spool makes a folder of this program in dir, and locks it for as long as the program
// runs: a locked one is in use. remove removes it with all that is in it.
func spool(dir string) (own string, remove func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, fileError("make", dir, err)
	}
	if own, err = os.MkdirTemp(dir, "under-way-"); err != nil {
		return "", nil, fileError("make", dir, err)
	}
	unlock, _ := lockFolder(own)
	return own, func() {
		os.RemoveAll(own)
		unlock()
	}, nil
}

// sweepSpools removes the temporary files of documents whose program was killed: with
// --encrypt-to, documents in clear are among them.
func sweepSpools(state string) {
	entries, err := os.ReadDir(filepath.Join(state, spoolFolder))
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(state, spoolFolder, e.Name())
		if e.IsDir() {
			unlock, free := lockFolder(path)
			if !free {
				continue
			}
			defer unlock()
		}
		os.RemoveAll(path)
	}
}
