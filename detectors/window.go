package detectors

// Window is 64 bytes of text as masks: bit i of a mask is about byte i of the
// window. Shapes combine them with shifts and ANDs; a mask shifted left by k
// (m<<k) tells at i about byte i-k, shifted right (m>>k) about byte i+k.
//
// Only the positions in Decided are asked for: every one of them has at least
// two bytes in front of it and fourteen behind it in the window. At the edges of
// a text the window is filled with zero bytes, which belong to no class.
type Window struct {
	Digit  uint64 // 0-9
	Upper  uint64 // A-Z
	Lower  uint64 // a-z
	Word   uint64 // ASCII letters, digits and '_'
	Hex    uint64 // 0-9 a-f A-F
	High   uint64 // bytes from 0x80 up
	At     uint64 // '@'
	Space  uint64 // ' '
	Dot    uint64 // '.'
	Hyphen uint64 // '-'
	Colon  uint64 // ':'
	Slash  uint64 // '/'
	Plus   uint64 // '+'
	Zero   uint64 // '0'
	// Gap are the bytes that may stand between the groups of a number: space,
	// dot, hyphen, slash, tab, and every High byte (no-break and narrow spaces,
	// typographic hyphens; Verify looks which).
	Gap uint64
}

// Decided are the positions of a window that shapes decide; windows overlap so
// that each position of a text is decided exactly once.
const (
	Decided    uint64 = 0x0003_FFFF_FFFF_FFFC
	windowStep        = 48
	lookBehind        = 2
)
