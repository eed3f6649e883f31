package main

import (
	"fmt"
	"os"
	"os/exec"
)

// long are tests of the program that make test runs in a short form: here with as many
// repetitions as it takes to believe them. They run from the root of the module.
var long = []struct {
	name, doc string
	args      []string
}{
	{"kills", "ended at every named point three times, and killed 500 times at random", []string{"-run", "^TestCrashPoints$|^TestRandomKills$", "-crash-rounds", "3", "-random-kills", "500"}},
	{"cuts", "connections to PostgreSQL and MariaDB cut at 50 random moments each, the finished inventories compared", []string{"-run", "^TestCutInventories$", "-cuts", "50"}},
	{"power", "100 power cuts of the disk of a journal, 50 of that of a scan", []string{"-run", "^TestPowerCut", "-power-cuts", "100"}},
}

// test runs a long test and passes on what it says.
func test(name string, args []string) error {
	cmd := exec.Command("go", append([]string{"test", "-v", "-count", "1", "-timeout", "2h", "./cmd/recense"}, args...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	fmt.Printf("ok   %-7s\n", name)
	return nil
}
