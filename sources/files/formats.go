package files

import (
	"recense/sources"
	"recense/sources/files/csv"
	"recense/sources/files/dsn"
	"recense/sources/files/fixed"
	"recense/sources/files/text"
)

// Formats returns the list of formats, in the order in which they are asked
// whether they know the first bytes of a file: those with a magic number, those
// with a grammar, then text of any kind. To add a format, write a folder beside
// text and add a row here.
func Formats() []sources.Format {
	return []sources.Format{
		dsn.Format,
		csv.Format,
		fixed.Format,
		text.Format,
	}
}
