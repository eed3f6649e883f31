# make test   everything that CI runs; under 15 minutes
# make bench  throughput of the core on this machine
# make accuracy  what is found and what is not, on five fresh shares
# make corpus DIR="FOLDER…"   real files through the program: what became of each format, speed, words of PDF
# make soak   long proofs: huge files, a million files, a register against a million locations, kills, cut connections, power cuts (about an hour, 30 GB of free disk; ONLY=kills,power for some; ONLY=export,mariadb,sqlite for tables beside their export; a database with PGHOST)
# make cross   the program and its tests compile for arm64, macOS and Windows (some minutes)
# make release   programs built twice and compared, sources with dependencies, SBOM, licences, check sums in dist (KEY=FILE signs)
# make deps   Debian packages that the tests and benchmarks use (as root or under CI)

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

# What the tests run beside the program: pdftotext to compare with, LibreOffice
# to open the workbook, node to read the Arrow files a second time, Chromium to
# open the page, database servers to read from, Tesseract to read pictures,
# strace to see what is written and sent.
DEPS_TEST  = poppler-utils libreoffice-calc-nogui libreoffice-writer-nogui libreoffice-impress-nogui zstd bzip2 nodejs npm zip chromium sqlite3 xz-utils lz4 p7zip-full genisoimage postgresql mariadb-server slapd krb5-kdc krb5-admin-server tesseract-ocr tesseract-ocr-fra strace
DEPS_BENCH = ripgrep libhyperscan-dev gcc libc6-dev

.PHONY: build test bench accuracy corpus soak release cross lint fuzz deps deps-bench generate

build:
	$(GO) build -trimpath -ldflags "-s -w" -o recense ./cmd/recense

test: deps
	$(GO) vet ./...
	$(GO) test -timeout 14m ./...
	$(GO) test -timeout 5m ./testdata/gen
	$(GO) test -timeout 5m -tags portable ./sources/files

bench:
	$(GO) run ./cmd/recense bench

# LISTS=DIR imports official lists first; CLEAN=DIR,DIR counts on text without
# personal data.
accuracy: build
	$(GO) run ./bench/cmd/accuracy -recense ./recense -results bench/results -lists "$(LISTS)" -clean "$(CLEAN)"

# NAME names the file of the tables in bench/results; without it they are printed only.
corpus: build
	$(GO) run ./bench/cmd/corpus -recense ./recense -words $(if $(NAME),-name "$(NAME)" -results bench/results) $(DIR)

soak: build
	$(GO) run ./bench/cmd/soak -recense ./recense -only "$(ONLY)"

# The driver of MySQL and the UUIDs of Kerberos are under MPL-2.0, which asks for the
# sources of its own files: they are in the archive.
ALSO ?= MPL-2.0

release:
	$(GO) run ./bench/cmd/release -out dist $(if $(KEY),-key "$(KEY)") $(if $(ALSO),-also "$(ALSO)")

# The systems that the program is also handed out for, and each processor once: it compiles
# there, and vet, which compiles the tests too, has nothing to say.
cross:
	for p in linux/arm64 darwin/arm64 windows/amd64; do \
		echo $$p; GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 $(GO) vet $$($(GO) list -deps ./cmd/recense | grep '^recense') || exit 1; done

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...

fuzz:
	for f in FuzzScan FuzzWords FuzzClassify FuzzFuse FuzzRuns FuzzTokens FuzzNumbers FuzzCodes FuzzForm FuzzCustom; do $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime 30s -fuzzminimizetime 1x ./detectors || exit 1; done
	for d in json html xml xlsx docx pptx odf epub eml mbox vcard rtf pdf picture zip gzip tar; do $(GO) test -run '^$$' -fuzz '^FuzzRead$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/$$d || exit 1; done
	$(GO) test -run '^$$' -fuzz '^FuzzOpen$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/cfb
	$(GO) test -run '^$$' -fuzz '^FuzzBinary$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/xlsx
	$(GO) test -run '^$$' -fuzz '^FuzzFlat$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/odf
	for d in doc xls ppt msg pst; do $(GO) test -run '^$$' -fuzz '^FuzzRead$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/$$d || exit 1; done
	for d in csv dsn fixed cms tnef sqlite access sql dbf parquet avro sas spss stata rar cpio ar rpm uu iso ldif logs hl7 settings arrow orc notebook; do $(GO) test -run '^$$' -fuzz '^FuzzRead$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/$$d || exit 1; done
	$(GO) test -run '^$$' -fuzz '^FuzzScanner$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/parts
	$(GO) test -run '^$$' -fuzz '^FuzzElements$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/databases/dialect
	$(GO) test -run '^$$' -fuzz '^FuzzList$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/sevenzip
	$(GO) test -run '^$$' -fuzz '^FuzzSniff$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/locked
	$(GO) test -run '^$$' -fuzz '^FuzzUnpack$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/sas
	$(GO) test -run '^$$' -fuzz '^FuzzXZ$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/compressed
	$(GO) test -run '^$$' -fuzz '^FuzzCompress$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/compressed
	$(GO) test -run '^$$' -fuzz '^FuzzInflate64$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/zip
	$(GO) test -run '^$$' -fuzz '^FuzzLZ4$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/compressed
	$(GO) test -run '^$$' -fuzz '^FuzzMemo$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/dbf
	$(GO) test -run '^$$' -fuzz '^FuzzParse$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files/ddl
	$(GO) test -run '^$$' -fuzz '^FuzzLists$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/files
	$(GO) test -run '^$$' -fuzz '^FuzzRead$$' -fuzztime 30s -fuzzminimizetime 1x ./report/yamldoc
	$(GO) test -run '^$$' -fuzz '^FuzzElements$$' -fuzztime 30s -fuzzminimizetime 1x ./sources/databases/postgres
	$(GO) test -run '^$$' -fuzz '^FuzzWire$$' -fuzztime 30s -fuzzminimizetime 1x ./scanner
	$(GO) test -run '^$$' -fuzz '^FuzzTimetable$$' -fuzztime 30s -fuzzminimizetime 1x ./scanner/limits

generate:
	$(GO) generate ./...

deps:
	@./.ci/deps $(DEPS_TEST)

deps-bench:
	@./.ci/deps $(DEPS_BENCH)
