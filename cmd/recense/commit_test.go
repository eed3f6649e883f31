package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"recense/scanner"
	"recense/scanner/journal"
)

// commitForever is a program that gives batches to a journal and says which are
// acknowledged. TestMain runs it.
func commitForever(path string) error {
	jr, err := journal.Open(path)
	if err != nil {
		return err
	}
	if _, err := jr.Begin(scanner.Run{ID: "run", State: scanner.Running, Started: time.Now()}); err != nil {
		return err
	}
	fmt.Println("begun")
	random := rand.New(rand.NewPCG(1, 2))
	part := bytes.Repeat([]byte("part"), 16<<10)
	failed := make(chan error, 1)
	for first := int64(1); ; first++ {
		b := scanner.Batch{Run: "run", Stage: jr.NewStage(), First: first, Head: []byte(strconv.FormatInt(first, 10))}
		b.Parts = []scanner.Part{{Stream: scanner.Findings, Data: part[:random.IntN(len(part))]}}
		jr.Commit(b, func(err error) {
			if err != nil {
				failed <- err
				return
			}
			fmt.Println(first)
		})
		select {
		case err := <-failed:
			return err
		case <-time.After(time.Duration(random.IntN(3000)) * time.Microsecond):
		}
	}
}
