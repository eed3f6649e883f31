package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// screen shows one thing at a time on the alternate screen of a terminal, which is
// erased at the end: nothing stays in what can be scrolled back.
type screen struct {
	in, out *os.File
	before  *term.State
	done    func() bool // the program is asked to end
}

// Sequences of terminals (ECMA-48; 1049 is xterm's alternate screen).
const (
	enterScreen = "\x1b[?1049h"
	leaveScreen = "\x1b[?1049l"
	clearScreen = "\x1b[2J\x1b[3J\x1b[H"
)

// openScreen takes the terminal over.
func openScreen(in, out *os.File, done func() bool) (*screen, error) {
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return nil, errors.New("the terminal cannot be set")
	}
	s := &screen{in: in, out: out, before: before, done: done}
	fmt.Fprint(s.out, enterScreen+clearScreen)
	return s, nil
}

// close erases what was shown and gives the terminal back.
func (s *screen) close() {
	fmt.Fprint(s.out, clearScreen+leaveScreen)
	term.Restore(int(s.in.Fd()), s.before)
}

// show replaces what is on the screen.
func (s *screen) show(lines ...string) {
	fmt.Fprint(s.out, clearScreen+strings.Join(lines, "\r\n"))
}

// errQuit says that the person, or a signal, ends it.
var errQuit = errors.New("quit")

// key waits for a byte.
func (s *screen) key() (byte, error) {
	var b [1]byte
	for {
		if s.done() {
			return 0, errQuit
		}
		if !waitKey(s.in) {
			continue
		}
		if n, err := s.in.Read(b[:]); err != nil || n == 0 || b[0] == 3 || b[0] == 4 { // ^C, ^D
			return 0, errQuit
		}
		return b[0], nil
	}
}

// choose waits for one of some letters, in either case.
func (s *screen) choose(letters string) (byte, error) {
	for {
		b, err := s.key()
		if err != nil {
			return 0, err
		}
		if b |= 0x20; strings.IndexByte(letters, b) >= 0 {
			return b, nil
		}
	}
}

// maxReason bounds what is typed, in bytes.
const maxReason = 300

// line reads a line that is typed, shown as it is.
func (s *screen) line() (string, error) {
	var text []byte
	for {
		b, err := s.key()
		switch {
		case err != nil:
			return "", err
		case b == '\r' || b == '\n':
			if reason := strings.TrimSpace(string(text)); reason != "" && utf8.Valid(text) {
				return reason, nil
			}
		case b == 0x7f || b == 8:
			if _, n := utf8.DecodeLastRune(text); n > 0 && len(text) > 0 {
				text = text[:len(text)-n]
				fmt.Fprint(s.out, "\b \b")
			}
		case b >= ' ' && len(text) < maxReason:
			text = append(text, b)
			s.out.Write([]byte{b})
		}
	}
}

// visible writes a text that comes from a file so that it cannot command the terminal:
// what is not printed reads as a dot.
func visible(text []byte) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, string(text))
}
