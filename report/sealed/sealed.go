// Package sealed encrypts documents to named recipients with age (age-encryption.org/v1,
// github.com/FiloSottile/age), so that they are no map for whoever finds them.
package sealed

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"

	"recense/report"
	"recense/report/words"
)

// Suffix of an encrypted document.
const Suffix = ".age"

// Recipients are those who can read. None means that nothing is encrypted.
type Recipients []age.Recipient

// Parse reads recipients: public keys (age1…), or files that hold one a line.
func Parse(list []string) (Recipients, error) {
	var out Recipients
	for _, s := range list {
		if r, err := age.ParseX25519Recipient(s); err == nil {
			out = append(out, r)
			continue
		}
		data, err := os.ReadFile(s)
		if err != nil {
			return nil, words.Errorf("%q is neither a public key (age1…) nor a file that can be read", "%q n'est ni une clé publique (age1…) ni un fichier lisible", s)
		}
		found, err := age.ParseRecipients(bytes.NewReader(data))
		if err != nil {
			return nil, words.Errorf("%q holds no public keys (age1…), one a line", "%q ne contient pas de clés publiques (age1…), une par ligne", s)
		}
		out = append(out, found...)
	}
	return out, nil
}

// Name returns what a document is called.
func (r Recipients) Name(name string) string {
	if len(r) == 0 {
		return name
	}
	return name + Suffix
}

// Single writes a document of one file as report.Single does, encrypted when there are
// recipients, and returns its name.
func (r Recipients) Single(dir, name string, write func(io.Writer) error) (string, error) {
	if len(r) == 0 {
		return name, report.Single(dir, name, write)
	}
	return r.Name(name), report.Single(dir, r.Name(name), func(out io.Writer) error {
		w, err := age.Encrypt(out, r...)
		if err != nil {
			return errors.New("the document cannot be encrypted")
		}
		if err := write(w); err != nil {
			return err
		}
		return w.Close()
	})
}

// Move encrypts the document name from one folder into another, and removes it from the
// first.
func (r Recipients) Move(from, to, name string) (string, error) {
	path := filepath.Join(from, name)
	f, err := os.Open(path)
	if err != nil {
		return "", errors.New("the document cannot be read")
	}
	defer f.Close()
	made, err := r.Single(to, name, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
	if err != nil {
		return "", err
	}
	return made, os.Remove(path)
}
