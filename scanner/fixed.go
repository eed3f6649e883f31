package scanner

import "recense/sources"

// fixedWidth scans text made of records of one length.
func (s *unitSink) fixedWidth(t *tally, c *sources.Chunk) { s.plain(t, c) }
