//go:build !unix

package sqlite

import "os"

// permissions says nothing where rights are kept otherwise.
func permissions(os.FileInfo) (owner, access string) { return "", "unknown" }
