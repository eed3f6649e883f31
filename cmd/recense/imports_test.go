package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// may lists, for each folder of the module, which others it may import; the
// longest matching prefix counts. cmd/recense imports everything: it alone wires.
var may = map[string][]string{
	"detectors":              {"detectors"},
	"detectors/detectortest": {"detectors"},
	"sources":                {"sources", "sources/"},
	"scanner":                {"scanner", "scanner/", "detectors", "sources"},
	"report":                 {"report", "report/", "scanner", "scanner/crash", "detectors", "sources"},
	"cmd/recense":            {""},
	"bench":                  {"bench", "bench/", "detectors", "detectors/", "scanner", "scanner/", "sources", "sources/", "report", "report/"},
	"testdata":               {"bench/synth", "testdata/"},
}

// homes names the only folders that may import a third-party module; a
// trailing slash means the folder and all below.
var homes = map[string][]string{
	"github.com/landlock-lsm":         {"scanner/worker"},
	"github.com/panjf2000/ants":       {"scanner"},
	"github.com/richardlehane/mscfb":  {"sources/files/cfb"},
	"github.com/schollz/progressbar":  {"cmd/recense"},
	"github.com/spf13/cobra":          {"cmd/recense"},
	"github.com/spf13/pflag":          {"cmd/recense"},
	"golang.org/x/term":               {"cmd/recense"},
	"filippo.io/age":                  {"report/sealed"},
	"github.com/apache/arrow":         {"report/arrow", "sources/files/arrow"},
	"github.com/xuri/excelize":        {"report/excel", "report/excel/", "sources/files/xlsx"},
	"github.com/ledongthuc/pdf":       {"sources/files/pdf"},
	"github.com/klippa-app/go-pdfium": {"sources/files/pdf"},
	"github.com/bep/imagemeta":        {"sources/files/picture"},
	"zombiezen.com/go/sqlite":         {"scanner/journal", "sources/databases/sqlite"},
	"github.com/go-sql-driver/mysql":  {"sources/databases/mysql"},
	"go.mongodb.org/mongo-driver":     {"sources/databases/mongodb"},
	"github.com/go-ldap/ldap":         {"sources/databases/ldap"},
	"github.com/microsoft/go-mssqldb": {"sources/databases/sqlserver"},
	"github.com/sijms/go-ora":         {"sources/databases/oracle"},
	"github.com/jackc/pgservicefile":  {"sources/databases/postgres"},
	"github.com/jackc/pgx":            {"sources/databases/postgres"},
	"github.com/jcmturner/gokrb5":     {"sources/databases/kerberos"},
	"golang.org/x/net":                {"sources/files/html"},
	"github.com/robfig/cron":          {"cmd/recense/internal/schedule"},
	"github.com/rogpeppe/go-internal": {"cmd/recense"},
	"gopkg.in/yaml.v3":                {"report/taxonomy", "report/register", "report/yamldoc", "cmd/recense/internal/config", "cmd/recense/internal/baseline"},
	"github.com/chromedp/cdproto":     {"report/html"},                   // tests
	"github.com/chromedp/chromedp":    {"report/html"},                   // tests
	"github.com/hanwen/go-fuse":       {"cmd/recense", "bench/cmd/soak"}, // tests
	"github.com/mmcloughlin/avo":      {"bench/gen/"},
	"github.com/klauspost/compress":   {"sources/files/orc", "sources/files/gzip", "sources/files/compressed", "sources/files/zip", "sources/files/parquet", "sources/files/avro", "report/excel"},
	"github.com/ulikunitz/xz":         {"sources/files/compressed", "sources/files/sevenzip"},
	"github.com/pierrec/lz4":          {"sources/files/orc", "sources/files/compressed", "sources/files/parquet"},
	"github.com/andybalholm/brotli":   {"sources/files/parquet"},
	"github.com/nwaples/rardecode":    {"sources/files/rar"},
	"github.com/stangelandcl/ppmd":    {"sources/files/sevenzip"},
	"github.com/tetratelabs/wazero":   {"sources/files/pdf"},
}

// TestImports holds the layers of the design: who may import whom, and that
// each third-party library is imported in one place.
func TestImports(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "partage") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		files++
		rel, _ := filepath.Rel(root, path)
		checkFile(t, path, filepath.ToSlash(filepath.Dir(rel)), strings.HasSuffix(path, "_test.go"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Fatalf("only %d Go files seen: the test looks in the wrong place", files)
	}
}

func checkFile(t *testing.T, path, dir string, test bool) {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	for _, imp := range f.Imports {
		name, _ := strconv.Unquote(imp.Path.Value)
		switch {
		case name == "regexp" && strings.HasPrefix(dir, "detectors") && !test:
			t.Errorf("%s imports regexp: the detection core uses none", path)
		case strings.HasPrefix(name, "recense/"):
			checkInner(t, path, dir, strings.TrimPrefix(name, "recense/"), test)
		case strings.Contains(strings.Split(name, "/")[0], "."):
			checkThirdParty(t, path, dir, name, test)
		}
	}
}

func checkInner(t *testing.T, path, dir, target string, test bool) {
	for prefix := dir; ; prefix = filepath.ToSlash(filepath.Dir(prefix)) {
		allowed, ok := may[prefix]
		if !ok {
			if prefix == "." {
				t.Errorf("%s: folder %s has no rule", path, dir)
				return
			}
			continue
		}
		for _, a := range allowed {
			if a == "" || a == target || strings.HasSuffix(a, "/") && strings.HasPrefix(target, a) {
				return
			}
		}
		// Tests may use synthetic values.
		if test && (target == "bench/synth" || target == "bench/corpus" || strings.HasSuffix(target, "test")) {
			return
		}
		t.Errorf("%s: %s may not import %s", path, prefix, target)
		return
	}
}

func checkThirdParty(t *testing.T, path, dir, name string, test bool) {
	if strings.HasPrefix(name, "golang.org/x/sys") || strings.HasPrefix(name, "golang.org/x/text") {
		return
	}
	if test && strings.HasPrefix(name, "github.com/apache/arrow") {
		return // read back what was written
	}
	for module, places := range homes {
		if name != module && !strings.HasPrefix(name, module+"/") {
			continue
		}
		if slices.ContainsFunc(places, func(p string) bool {
			return p == dir || strings.HasSuffix(p, "/") && strings.HasPrefix(dir, p)
		}) {
			return
		}
		t.Errorf("%s: %s is imported in %v only", path, module, places)
		return
	}
	t.Errorf("%s: %s has no home in the rules", path, name)
}
