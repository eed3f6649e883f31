package excel

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"recense/report"
	"recense/report/reporttest"
)

func workbook(t testing.TB, in report.Input) string {
	t.Helper()
	dir := t.TempDir()
	names, err := Writer.Write(context.Background(), dir, in)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, names[0])
}

func example(t testing.TB, audience string) report.Input {
	t.Helper()
	inv, err := reporttest.New(reporttest.Example(), audience)
	if err != nil {
		t.Fatal(err)
	}
	return report.Input{Inventory: inv}
}

func TestSave(t *testing.T) {
	p := workbook(t, example(t, ""))
	if out := os.Getenv("RECENSE_KEEP"); out != "" {
		b, _ := os.ReadFile(p)
		os.WriteFile(out, b, 0o600)
	}
}

func TestSpeed(t *testing.T) {
	inv, err := reporttest.New(reporttest.Many(100_000), "")
	if err != nil {
		t.Fatal(err)
	}
	t0 := time.Now()
	p := workbook(t, report.Input{Inventory: inv})
	st, _ := os.Stat(p)
	t.Log(time.Since(t0), st.Size())
}
