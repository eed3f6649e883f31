package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// An archive depends on the content of a folder and a time, not on where it lies or
// when its files were written, and unpacks to the same.
func TestPack(t *testing.T) {
	var hashes []string
	for range 2 {
		dir := t.TempDir()
		for name, mode := range map[string]os.FileMode{"b/x.go": 0o600, "a.sh": 0o755, "b/é.txt": 0o644} {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(name), mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, time.Now(), time.Now().Add(-time.Duration(len(hashes))*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		archive := filepath.Join(t.TempDir(), "x.tar.gz")
		if err := pack(dir, archive, time.Unix(1_700_000_000, 0)); err != nil {
			t.Fatal(err)
		}
		h, err := hashOf(archive)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, h)
		out := t.TempDir()
		if err := unpack(archive, out); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(filepath.Join(out, "b", "é.txt")); err != nil || string(b) != "b/é.txt" {
			t.Errorf("%q, %v", b, err)
		}
		if st, err := os.Stat(filepath.Join(out, "a.sh")); err != nil || st.Mode()&0o111 == 0 {
			t.Error("what can be run cannot any more")
		}
	}
	if hashes[0] != hashes[1] {
		t.Error("the same files give two archives")
	}
}

func TestSign(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b}), 0o600); err != nil {
		t.Fatal(err)
	}
	signature, err := sign(path, []byte("sums"))
	if err != nil || !ed25519.Verify(public, []byte("sums"), signature) || ed25519.Verify(public, []byte("other"), signature) {
		t.Errorf("signature %x, %v", signature, err)
	}
	if _, err := sign(os.Args[0], nil); err == nil {
		t.Error("a program is a key")
	}
}

func TestLicences(t *testing.T) {
	for text, want := range map[string]string{
		"Apache License\n   Version 2.0, January 2004":                                             "Apache-2.0",
		"Permission is hereby granted, free of charge, to any person":                              "MIT",
		"Redistribution and use in source and binary forms, with … Neither the name of Google":     "BSD-3-Clause",
		"Redistribution and use in source and binary\nforms, with or without":                      "BSD-2-Clause",
		"Permission to use, copy, modify, and/or distribute this software for any purpose with or": "ISC",
		"GNU GENERAL PUBLIC LICENSE Version 3":                                                     "",
		"Mozilla Public License Version 2.0":                                                       "MPL-2.0",
		"Mozilla Public License, version 2.0":                                                      "MPL-2.0",
	} {
		if got := spdx(text); got != want {
			t.Errorf("%.30q: %q, want %q", text, got, want)
		}
	}
	// One that asks for more stops a release, unless whoever makes it takes it.
	dir := t.TempDir()
	folder := filepath.Join(dir, "vendor", "example.org", "m")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "LICENSE"), []byte("Mozilla Public License Version 2.0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for also, want := range map[string]bool{"": false, "MIT": false, "MPL-2.0": true, "X,MPL-2.0": true} {
		_, err := module(new(strings.Builder), dir, also, &debug.Module{Path: "example.org/m", Version: "v1"})
		if (err == nil) != want {
			t.Errorf("also %q: %v", also, err)
		}
	}
}
