// Package accuracy measures what is found and what is not. It makes labelled
// shares from a seed (Make), has the real program scan them (Run) and compares
// its findings with the labels (Score): precision, recall and F1 by kind, by
// difficulty and by container.
//
// The truth is written by the code that writes the files, never by a detector,
// and the package does not import them outside its tests. The shares are not
// those of testdata/partage.
//
// Its tests hold the gates that go with every figure of speed, and a small share
// of a fixed seed:
//
//	go test -v ./bench/accuracy
//	make accuracy
package accuracy
