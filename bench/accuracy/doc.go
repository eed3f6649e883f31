// Package accuracy holds the gates that go with every figure of speed: on the
// benchmark corpora the engine finds everything that was planted, and no
// identifier where there is none. It has tests only.
//
//	go test -v ./bench/accuracy
package accuracy
