package words

import "fmt"

// Error is an error that is told in English, or in French to whom the run speaks French.
type Error struct{ english, french string }

// Errorf makes an Error of two formats for the same values.
func Errorf(english, french string, values ...any) Error {
	return Error{fmt.Sprintf(english, values...), fmt.Sprintf(french, values...)}
}

// Error implements error, in English.
func (e Error) Error() string { return e.english }

// French is Error in French.
func (e Error) French() string { return e.french }
