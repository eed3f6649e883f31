package html

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	devpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"recense/report/reporttest"
)

// browser starts Chromium without a window. Tests are skipped where there is
// none, except in CI, where make deps has installed it.
func browser(t testing.TB) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("no Chromium: make deps installs it")
		}
		t.Skip("no Chromium here; make deps installs it")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(profile(t)))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// profile returns a folder for the browser, which may still write there while it
// ends: removing it may take more than one try.
func profile(t testing.TB) string {
	dir, err := os.MkdirTemp("", "browser")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 50 {
			if os.RemoveAll(dir) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	return dir
}

// watched collects what a page should not do.
type watched struct {
	sync.Mutex
	messages, requests []string
}

func (w *watched) add(list *[]string, s string) {
	w.Lock()
	defer w.Unlock()
	*list = append(*list, s)
}

func watch(ctx context.Context, file string) *watched {
	w := &watched{}
	chromedp.ListenTarget(ctx, func(e any) {
		switch e := e.(type) {
		case *runtime.EventConsoleAPICalled:
			w.add(&w.messages, "console: "+string(e.Type))
		case *runtime.EventExceptionThrown:
			w.add(&w.messages, "exception: "+e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			w.add(&w.messages, "log: "+e.Entry.Text)
		case *network.EventRequestWillBeSent:
			if e.Request.URL != file {
				w.add(&w.requests, e.Request.URL)
			}
		}
	})
	return w
}

// The page in a real browser, full of hostile names: it loads, filters, sorts,
// turns pages, expands and prints; it says nothing on the console, asks for
// nothing and runs nothing of a name.
func TestBrowser(t *testing.T) {
	ctx := browser(t)
	file := "file://" + written(t, compare(t, example()), "fr")
	w := watch(ctx, file)
	text := func(js string, into *string) chromedp.Action { return chromedp.Evaluate(js, into) }
	var title, all, filtered, first, sorted, second, open, none string
	var pdf []byte
	err := chromedp.Run(ctx, network.Enable(), log.Enable(), runtime.Enable(),
		chromedp.Navigate(file),
		text(`document.title`, &title),
		text(`document.querySelector("form[data-for=gaps] output").textContent`, &all),
		text(`document.querySelector("#locations tbody tr td").textContent`, &first),
		chromedp.SendKeys(`form[data-for=locations] input`, "lisez-moi"),
		text(`document.querySelector("form[data-for=locations] output").textContent`, &filtered),
		chromedp.Evaluate(`{const i=document.querySelector("form[data-for=locations] input"); i.value="rien de tel"; i.dispatchEvent(new Event("input",{bubbles:true})); document.querySelector("#locations tbody").textContent}`, &none),
		chromedp.Evaluate(`{const i=document.querySelector("form[data-for=locations] input"); i.value=""; i.dispatchEvent(new Event("input",{bubbles:true})); ""}`, nil),
		chromedp.Click(`#locations button[data-key="r"]`),
		text(`document.querySelector("#locations th").getAttribute("aria-sort")`, &sorted),
		chromedp.Click(`.pager[data-for=gaps] button:last-child`),
		text(`document.querySelector(".pager[data-for=gaps] span").textContent`, &second),
		chromedp.Click(`#gravite summary`),
		text(`String(document.querySelector("#gravite details").open)`, &open),
		chromedp.ActionFunc(func(ctx context.Context) (err error) {
			pdf, _, err = devpage.PrintToPDF().Do(ctx)
			return err
		}),
		text(`document.title`, &title),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(title, "Cartographie") {
		t.Errorf("title %q: a name was run", title)
	}
	for what, ok := range map[string]bool{
		"all rows " + all:            strings.Contains(all, "lignes sur"),
		"filtered " + filtered:       strings.HasPrefix(filtered, "1 lignes sur"),
		"nothing matches " + none:    strings.Contains(none, "Aucune ligne"),
		"most severe first " + first: first == "Critique",
		"sorted " + sorted:           sorted == "ascending",
		"second page " + second:      strings.HasPrefix(second, "2 / "),
		"expanded " + open:           open == "true",
		"printed":                    len(pdf) > 10_000,
	} {
		if !ok {
			t.Errorf("not as expected: %s", what)
		}
	}
	w.Lock()
	defer w.Unlock()
	if len(w.messages) > 0 || len(w.requests) > 0 {
		t.Errorf("console %q, requests %q", w.messages, w.requests)
	}
}

// BenchmarkBrowser opens a page of 100,000 locations and filters it: the time of
// both, as the browser measures it.
func BenchmarkBrowser(b *testing.B) {
	file := "file://" + written(b, compare(b, reporttest.Many(100_000)), "fr")
	ctx := browser(b)
	var opened, filtered float64
	for b.Loop() {
		var load, filter float64
		err := chromedp.Run(ctx, chromedp.Navigate(file),
			chromedp.Evaluate(`performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`, &load),
			chromedp.Evaluate(`{const i=document.querySelector("form[data-for=locations] input"); i.value="dossier-0777"; i.dispatchEvent(new Event("input",{bubbles:true})); i.value="dossier-05"; const t=performance.now(); i.dispatchEvent(new Event("input",{bubbles:true})); performance.now()-t}`, &filter),
		)
		if err != nil {
			b.Fatal(err)
		}
		opened, filtered = opened+load, filtered+filter
	}
	b.ReportMetric(opened/float64(b.N), "ms/open")
	b.ReportMetric(filtered/float64(b.N), "ms/filter")
}
