package cells

// Strings are the strings that the cells of a workbook share, end to end.
type Strings struct {
	Most int // bytes they may take; 0 is 128 MiB

	text []byte
	ends []uint32
}

// Append adds text to the string at hand.
func (s *Strings) Append(b ...byte) { s.text = append(s.text, b...) }

// End ends the string at hand and reports whether there is room for another.
func (s *Strings) End() bool {
	most := s.Most
	if most <= 0 {
		most = 128 << 20
	}
	s.ends = append(s.ends, uint32(len(s.text)))
	return len(s.text)+4*len(s.ends) <= most
}

// At returns string i, empty when there is none.
func (s *Strings) At(i int) string {
	if i < 0 || i >= len(s.ends) {
		return ""
	}
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return string(s.text[from:s.ends[i]])
}
