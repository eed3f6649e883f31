// Package notify tells others how a run ended: a webhook, mail through the site's own
// server, a log server. All of them are told counts and ids, never names or values;
// nothing is sent unless the configuration names where to.
package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"recense/report/words"
)

// Digest is what is told of a run.
type Digest struct {
	Run        string           `json:"run"`
	Sources    []string         `json:"sources"` // ids
	Version    string           `json:"version"`
	Started    time.Time        `json:"started"`
	Ended      time.Time        `json:"ended"`
	State      string           `json:"state"`
	ExitCode   int              `json:"exit_code"`
	Coverage   map[string]int64 `json:"coverage"`
	Reduced    int              `json:"reduced_percent,omitempty"`
	Matches    int64            `json:"matches"`
	Categories map[string]int64 `json:"category_locations"` // probable or verified, by id
	Gaps       *Gaps            `json:"gaps,omitempty"`     // with a register
	New        *int64           `json:"new_findings,omitempty"`
	Accepted   *int64           `json:"accepted_findings,omitempty"`
}

// at is when the run ended, or began when it did not.
func (d *Digest) at() time.Time {
	if d.Ended.IsZero() {
		return d.Started
	}
	return d.Ended
}

// Gaps count the gaps with the register.
type Gaps struct {
	Priority [4]int64 `json:"by_priority"`
	New      int64    `json:"new"`
	Settled  int64    `json:"settled"`
}

// Webhook posts the digest as JSON.
type Webhook struct {
	URL    string
	Secret string
	// Client and Sleep are the network and the clock; nil: the real ones.
	Client *http.Client
	Sleep  func(ctx context.Context, d time.Duration) error
	Now    func() time.Time
}

// attempts are made of a delivery, each twice as long after the one before.
const (
	attempts  = 5
	firstWait = 2 * time.Second
	timeout   = 15 * time.Second
)

// Signature is the header of the signature: "t=SECONDS,v1=HEX", where HEX is the
// HMAC-SHA-256, under the secret, of the seconds, a dot and the body. Whoever checks it
// refuses old seconds too.
const Signature = "X-Recense-Signature"

// Sign makes the value of the header.
func Sign(secret string, at time.Time, body []byte) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(seconds + "."))
	h.Write(body)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(h.Sum(nil))
}

// Send delivers the digest, again while the other side is not there or says that it
// cannot. Errors are classes: what a server answers may be anything.
func (w *Webhook) Send(ctx context.Context, d *Digest) error {
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	wait := firstWait
	for n := range attempts {
		again := false
		if again, err = w.post(ctx, d.Run, body); err == nil || !again || n == attempts-1 {
			break
		}
		if e := w.sleep(ctx, wait); e != nil {
			return e
		}
		wait *= 2
	}
	return err
}

func (w *Webhook) sleep(ctx context.Context, d time.Duration) error {
	if w.Sleep != nil {
		return w.Sleep(ctx, d)
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// post reports whether it is worth trying again.
func (w *Webhook) post(ctx context.Context, run string, body []byte) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return false, words.Errorf("webhook: not a URL", "webhook : ce n'est pas une URL")
	}
	now := time.Now
	if w.Now != nil {
		now = w.Now
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "recense")
	r.Header.Set("Idempotency-Key", run)
	r.Header.Set(Signature, Sign(w.Secret, now(), body))
	client := *http.DefaultClient
	if w.Client != nil {
		client = *w.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // signed for one place
	res, err := client.Do(r)
	if err != nil {
		return true, words.Errorf("webhook: no answer", "webhook : pas de réponse")
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	if res.StatusCode/100 == 2 {
		return false, nil
	}
	return res.StatusCode/100 == 5 || res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusRequestTimeout,
		words.Errorf("webhook: answer %d", "webhook : réponse %d", res.StatusCode)
}
