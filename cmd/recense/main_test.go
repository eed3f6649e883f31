package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary behave as recense where scripts, and the
// coordinator that starts workers, run it under that name.
func TestMain(m *testing.M) {
	if os.Getenv("RECENSE_TEST_MAIN") != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"recense": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("RECENSE_STATE", filepath.Join(e.WorkDir, "..state"))
			e.Setenv("RECENSE_CONFIG", filepath.Join(e.WorkDir, "..config"))
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"code": checkCode,
		},
	})
}

// checkCode runs a program and compares its exit code: code 3 recense scan …
func checkCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program args…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = exitText(err)
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}
