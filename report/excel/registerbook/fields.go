package registerbook

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"recense/report/register"
)

// field returns a field of a struct by its path in the file. Pointers on the way
// are followed; an invalid value says that one is nil.
func field(v reflect.Value, path string) reflect.Value {
	for name := range strings.SplitSeq(path, ".") {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}
			}
			v = v.Elem()
		}
		v = named(v, name)
	}
	return v
}

// settable is field with what is nil on the way made.
func settable(v reflect.Value, path string) reflect.Value {
	for name := range strings.SplitSeq(path, ".") {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = named(v, name)
	}
	return v
}

func named(v reflect.Value, name string) reflect.Value {
	for i := range v.NumField() {
		tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if tag == name {
			return v.Field(i)
		}
	}
	panic("registerbook: the register has no field " + name) // a mistake in the tables of this package
}

// entry words the place of an entry as the problems of a register do.
func entry(list string, i int, more ...any) string {
	s := fmt.Sprintf("%s[%d]", list, i)
	for k := 0; k+1 < len(more); k += 2 {
		s += fmt.Sprintf(".%s[%d]", more[k], more[k+1])
	}
	return s
}

// content returns what the cell of a field shows: a text or a date.
func (b *book) content(c *column, v reflect.Value) any {
	if !v.IsValid() {
		return ""
	}
	var words []word
	if c.words != nil {
		words = c.words(&b.vocabulary)
	}
	switch x := v.Interface().(type) {
	case register.Date:
		if x.IsZero() {
			return ""
		}
		return x.Time
	case register.Texts:
		shown := make([]string, len(x))
		for i, t := range x {
			shown[i] = show(words, t, b.lang)
		}
		return strings.Join(partOf(c, shown), "\n")
	case bool:
		return b.yes(x)
	case *bool:
		if x == nil {
			return ""
		}
		return b.yes(*x)
	}
	return show(words, v.String(), b.lang)
}

// partOf returns the values that belong to one of several columns.
func partOf(c *column, values []string) []string {
	if c.part == 0 {
		return values
	}
	from := min(c.part-1, len(values))
	if c.last {
		return values[from:]
	}
	return values[from:min(c.part, len(values))]
}

func (b *book) yes(v bool) string {
	if v {
		return b.say("oui", "yes")
	}
	return b.say("non", "no")
}

// assign reads a cell into a field. It returns what is wrong with it.
func (b *book) assign(c *column, v reflect.Value, text string) string {
	if text == "" {
		return ""
	}
	var words []word
	if c.words != nil {
		words = c.words(&b.vocabulary)
	}
	v = settable(v, c.field)
	switch v.Interface().(type) {
	case register.Date:
		t, ok := b.date(text)
		if !ok {
			return "expected a date such as 20/11/2026"
		}
		v.Set(reflect.ValueOf(register.Date{Time: t}))
	case register.Texts:
		values := register.Texts{}
		for _, line := range lines(text) {
			id, problem := oneOf(c, words, line)
			if problem != "" {
				return problem
			}
			values = append(values, id)
		}
		v.Set(reflect.AppendSlice(v, reflect.ValueOf(values)))
	case bool, *bool:
		yes, ok := yesNo(text)
		if !ok {
			return "expected oui or non"
		}
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.ValueOf(&yes))
		} else {
			v.SetBool(yes)
		}
	default:
		id, problem := oneOf(c, words, text)
		if problem != "" {
			return problem
		}
		v.SetString(id)
	}
	return ""
}

func oneOf(c *column, words []word, text string) (id, problem string) {
	if id, ok := find(words, text); ok {
		return id, ""
	}
	if words == nil || c.free {
		return text, ""
	}
	labels := make([]string, len(words))
	for i, x := range words {
		labels[i] = x.label.FR
	}
	return "", fmt.Sprintf("%q is none of %s", text, strings.Join(labels, "; "))
}

func yesNo(text string) (yes, ok bool) {
	text = folded(text)
	return slices.Contains([]string{"oui", "yes", "vrai", "true", "x", "1"}, text),
		slices.Contains([]string{"oui", "yes", "vrai", "true", "x", "1", "non", "no", "faux", "false", "0"}, text)
}

// date reads a date cell, a number of days, or a text.
func (b *book) date(text string) (time.Time, bool) {
	if days, err := strconv.ParseFloat(text, 64); err == nil {
		t, err := excelize.ExcelDateToTime(days, b.from1904)
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), err == nil && y >= 1950 && y < 2200
	}
	for _, layout := range []string{time.DateOnly, "02/01/2006", "2/1/2006", "02.01.2006", "02-01-2006", time.DateTime, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Truncate(24 * time.Hour), true
		}
	}
	return time.Time{}, false
}
