package scanner

import "time"

// MinorsForm is the form of runs from which Location.Young is counted.
const MinorsForm = 3

// minor reports whether a NIR is of a person under 18 on a day: its year, of which it has
// two digits, is read as the latest that is past, so that it is an estimate; of the month
// in which a person comes of age nobody knows the day, and it counts as over. A month
// that is none (an unknown one, a number of civil status made up) says nothing.
func minor(nir []byte, now time.Time) bool {
	d := digits(nir, 5)
	if len(d) < 5 {
		return false
	}
	year, month := 2000+int(d[1]-'0')*10+int(d[2]-'0'), int(d[3]-'0')*10+int(d[4]-'0')
	if month < 1 || month > 12 {
		return false
	}
	present := now.Year()*12 + int(now.Month())
	if year*12+month > present {
		year -= 100
	}
	return (year+18)*12+month > present
}
