// Package attestation makes the statement of coverage of a run (domain/register.md
// H.2): what was looked at, with what, and what was not. It is signed with Ed25519 and
// chained to the statement before, so that a statement that was changed or taken out
// shows. It states no conformity.
package attestation

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"recense/report/words"
)

// Schema of the statement.
const Schema = "recense/attestation"

// Statement is what is signed. Names in it are masked as in every output.
type Statement struct {
	Schema   string `json:"schema"`
	Version  int    `json:"version"`
	Run      string `json:"scan_id"`
	Previous string `json:"previous_sha256"` // of the attestation before; empty for the first

	Hashes     Hashes      `json:"hashes"`
	Account    Account     `json:"account"`
	Started    string      `json:"started_at"`
	Ended      string      `json:"ended_at"`
	State      string      `json:"state"`
	Parameters []Pair      `json:"parameters"`
	Coverage   string      `json:"coverage_fr"`
	Status     []Count     `json:"by_status"`
	Reasons    []Count     `json:"by_reason"`
	Sources    []Source    `json:"sources"`
	Exclusions []Exclusion `json:"exclusions"`
	Left       int         `json:"exclusions_not_listed,omitempty"`
	Unlisted   []string    `json:"folders_not_listable"`
	Failures   []Pair      `json:"sources_not_analysed"`
	Limits     []string    `json:"limits_reached"`
	Isolation  []string    `json:"to_be_known"` // isolation that the machine does not give, and the like
	Witnesses  []Witness   `json:"witnesses"`
	Text       string      `json:"statement_fr"`
}

// Hashes are SHA-256 sums, in hexadecimal digits.
type Hashes struct {
	Binary        string `json:"binary"`
	Detectors     string `json:"detectors"`
	Taxonomy      string `json:"taxonomy"`
	Policy        string `json:"policy,omitempty"`
	Register      string `json:"register,omitempty"`
	Configuration string `json:"configuration,omitempty"`
	Outputs       []Pair `json:"outputs"` // file, hash
}

// Account is who ran the program, and what the system lets it do.
type Account struct {
	Name         string `json:"name"`
	UID          int    `json:"uid"`
	Capabilities string `json:"effective_capabilities"` // of Linux, hexadecimal
	Host         string `json:"host"`
}

// Pair is a name with a value.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Count is a number of locations.
type Count struct {
	Name string `json:"name"`
	N    int64  `json:"locations"`
}

// Source is one source of the run, with an independent count of its files.
type Source struct {
	ID      string  `json:"source_id"`
	URI     string  `json:"uri"`
	Listed  int64   `json:"files_listed"`
	Counted int64   `json:"files_counted"` // by another walk; -1: not counted
	Gap     float64 `json:"gap_percent"`
}

// Exclusion is a place that was left out on purpose.
type Exclusion struct {
	URI    string `json:"uri"`
	Reason string `json:"reason"`
	Author string `json:"author"` // who asked for it; empty: a rule of the program
	Files  int64  `json:"files"`
	Bytes  int64  `json:"bytes"`
}

// Witness is a synthetic file that the owner of a source planted.
type Witness struct {
	ID       string `json:"id"`
	Source   string `json:"source_id"`
	Detected bool   `json:"detected"`
}

// Reservation is the text of every statement.
const Reservation = "La présente attestation porte sur les sources et dates indiquées. L'absence de détection ne prouve pas l'absence de données."

// file is the layout of attestation.json. The statement is signed as the bytes that
// stand there.
type file struct {
	Statement json.RawMessage `json:"statement"`
	PublicKey string          `json:"public_key"`
	Signature string          `json:"signature"`
}

// Sign returns attestation.json.
func Sign(s *Statement, key ed25519.PrivateKey) ([]byte, error) {
	statement, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("attestation: %w", err)
	}
	public := key.Public().(ed25519.PublicKey)
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\"statement\":%s,\n\"public_key\":%q,\n\"signature\":%q}\n", statement, hex.EncodeToString(public), hex.EncodeToString(ed25519.Sign(key, statement)))
	return b.Bytes(), nil
}

// The ways in which a statement does not hold.
var (
	ErrForm      = words.Errorf("not an attestation", "ce n'est pas une attestation")
	ErrKey       = words.Errorf("signed with another key", "signée avec une autre clé")
	ErrSignature = words.Errorf("the signature does not match: the statement was changed", "la signature ne correspond pas : l'attestation a été modifiée")
)

// Open checks the signature of an attestation, by the key trusted, and returns its
// statement.
func Open(data []byte, trusted ed25519.PublicKey) (*Statement, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil || len(f.Statement) == 0 {
		return nil, ErrForm
	}
	public, err := hex.DecodeString(f.PublicKey)
	if err != nil || len(public) != ed25519.PublicKeySize {
		return nil, ErrForm
	}
	if !bytes.Equal(public, trusted) {
		return nil, ErrKey
	}
	signature, err := hex.DecodeString(f.Signature)
	if err != nil || !ed25519.Verify(trusted, f.Statement, signature) {
		return nil, ErrSignature
	}
	s := &Statement{}
	if err := json.Unmarshal(f.Statement, s); err != nil || s.Schema != Schema || s.Version != 1 {
		return nil, ErrForm
	}
	return s, nil
}

// Hash returns the SHA-256 of an attestation, for the one after it.
func Hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
