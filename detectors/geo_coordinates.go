package detectors

var geoCoordinates = Detector{
	Kind: "geo_coordinates",
	Doc: `Coordonnées géographiques / Geographic coordinates
A latitude and a longitude (WGS 84) with four decimals or more, eleven metres: a
home. Decimal pairs, degrees with hemisphere letters (O is Ouest), geo: URIs (RFC
5870), points of WKT and GeoJSON (longitude first), columns lat and lon, and decimals with
a comma behind "latitude" or "GPS". A pair of
decimals alone is weak: it needs a word, a column, or a notation of its own.`,
	Max:   Probable,
	Shape: geoShape, Verify: verifyGeo, Anchors: []string{"geo:", "point(", "point (", "coordina", "latitude", "gps :", "gps:"}, Cell: cellGeo,
	Before: geoBefore + 2, After: 104, // three numbers, two gaps, a name between gaps
	Context: []string{"latitude", "longitude", "gps", "lat", "lon", "lng", "coordonnees", "geolocalisation", "position", "localisation",
		"coordinates", "geolocation", "wgs", "geocodage"},
	Against: []string{"version", "taux", "ratio", "moyenne"},
	Columns: []string{"latitude", "longitude", "lat", "lon", "lng", "gps", "coord gps", "coordonnees gps", "geoloc",
		"geolocalisation", "position gps", "geo point", "coordinates", "coordonnees geographiques"},
	Normal: normalGeo, Placeholder: "[GPS]",
}

// geoShape asks for a number with four decimals, and for degrees.
func geoShape(w *Window) uint64 {
	d := w.Digit
	starts := digitStarts(w) &^ (w.Dot << 1)
	four := w.Dot & (runOf4(d) >> 1)
	decimal := starts & (four>>1 | d>>1&(four>>2|d>>2&(four>>3)))
	degree := w.High & (w.High>>1 | d>>1 | w.Space>>1)
	degrees := starts & (degree>>1 | d>>1&(degree>>2|d>>2&(degree>>3)))
	return decimal | degrees
}

func verifyGeo(text []byte, at int) Span {
	if n := oneOf(text, at, []string{"geo:", "point(", "point (", "coordina"}); n > 0 {
		return geoNotation(text, at, n)
	}
	if n := oneOf(text, at, []string{"latitude", "gps :", "gps:"}); n > 0 {
		return geoCommas(text, at, n)
	}
	if !isNum(text[at]) || tokenBefore(text, at) || at > 0 && text[at-1] == '.' {
		return Span{}
	}
	if s := geoDegrees(text, at); s.Outcome == Accepted {
		return s
	}
	start := at
	if at > 0 && text[at-1] == '-' {
		start--
	}
	first, i := geoNumber(text, start)
	if i == 0 || first.decimals < 4 || first.abs > 90 {
		return Span{}
	}
	named := geoLabel(text, i)
	if i = geoGap(text, i); named > 0 {
		i = named
	}
	second, end := geoNumber(text, i)
	if i == 0 || end == 0 || second.decimals < 4 || second.abs > 180 || first.abs < 1 && second.abs < 1 || geoGoesOn(text, end) || geoWentOn(text, start) {
		return Span{}
	}
	if named > 0 {
		return accepted(start, end, 74, 80, Structure|ContextWord)
	}
	return accepted(start, end, 25, 69, Structure)
}

// geoCommas reads a pair with decimal commas behind a label of n bytes.
func geoCommas(text []byte, at, n int) Span {
	if tokenBefore(text, at) {
		return Span{}
	}
	i := at + n
	for from := i; i < len(text) && i-from < 4 && inSet(text[i], " :=\t\"("); i++ {
	}
	first, end := geoDecimal(text, i, ',')
	if end == 0 || first.decimals < 4 || first.abs > 90 {
		return Span{}
	}
	j := geoLabel(text, end)
	if j == 0 {
		j = geoGap(text, end)
	}
	second, stop := geoDecimal(text, j, ',')
	if j == 0 || stop == 0 || second.decimals < 4 || second.abs > 180 || first.abs < 1 && second.abs < 1 || tokenAfter(text, stop) {
		return Span{}
	}
	return accepted(i, stop, 74, 80, Structure|ContextWord)
}

// geoLabel returns the end of the name of a longitude between two coordinates, and
// of the marks around it: lat: 48.8566, "lon": 2.3522; 0 for none.
func geoLabel(text []byte, i int) int {
	from := i
	for i < len(text) && i-from < 4 && inSet(text[i], " ,;/&\"'\n") {
		i++
	}
	n := oneOf(text, i, []string{"lon", "long", "lng", "longitude"})
	if n == 0 || i == from {
		return 0
	}
	i += n
	for from = i; i < len(text) && i-from < 4 && inSet(text[i], "\"' :="); i++ {
	}
	if i == from {
		return 0
	}
	return i
}

// geoGoesOn reports whether a third number follows: a vector, a row of data.
func geoGoesOn(text []byte, end int) bool {
	i := geoGap(text, end)
	if i == 0 {
		return tokenAfter(text, end)
	}
	n, stop := geoNumber(text, i)
	return stop > 0 && n.decimals > 0
}

const geoBefore = 24

// geoWentOn reports whether a decimal number stands in front of the pair.
func geoWentOn(text []byte, start int) bool {
	low, i := max(0, start-geoBefore), start
	for i > low && inSet(text[i-1], " ,;/") && start-i < 4 {
		i--
	}
	if i == start {
		return false
	}
	digit := i
	for i > low && isNum(text[i-1]) {
		i--
	}
	return i < digit && i > low && text[i-1] == '.'
}

// geoGap returns the end of what parts two coordinates at i: a comma, semicolon,
// slash or spaces; 0 for nothing.
func geoGap(text []byte, i int) int {
	from := i
	for i < len(text) && i-from < 4 && inSet(text[i], " ,;/") {
		i++
	}
	if i == from {
		return 0
	}
	return i
}

// geoValue is a decimal number.
type geoValue struct {
	abs      uint64 // its whole part
	decimals int
}

// geoNumber reads a decimal number with a dot at i; end is 0 for none.
func geoNumber(text []byte, i int) (v geoValue, end int) { return geoDecimal(text, i, '.') }

// geoDecimal reads a decimal number with a mark of its own.
func geoDecimal(text []byte, i int, mark byte) (v geoValue, end int) {
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		i++
	}
	stop := digitsEnd(text, i, i+4)
	if stop == i || stop-i > 3 {
		return v, 0
	}
	v.abs = decimal(text[i:stop])
	if stop+1 >= len(text) || text[stop] != mark || !isNum(text[stop+1]) {
		return v, stop
	}
	end = digitsEnd(text, stop+1, stop+1+16)
	v.decimals = end - stop - 1
	return v, end
}

// geoNotation reads what follows the beginning of a notation of n bytes.
func geoNotation(text []byte, at, n int) Span {
	longitudeFirst := text[at]|0x20 != 'g'
	if tokenBefore(text, at) {
		return Span{}
	}
	i := at + n
	if n == 8 {
		for i < len(text) && i < at+24 && inSet(text[i], "tes\"': []\\") {
			i++
		}
		if i < at+12 || text[i-1] != '[' && text[i-1] != ' ' {
			return Span{}
		}
	}
	first, end := geoNumber(text, i)
	if end == 0 || first.decimals < 3 {
		return Span{}
	}
	j := geoGap(text, end)
	second, stop := geoNumber(text, j)
	if j == 0 || stop == 0 || second.decimals < 3 {
		return Span{}
	}
	if longitudeFirst {
		first, second = second, first
	}
	if first.abs > 90 || second.abs > 180 {
		return Span{}
	}
	return accepted(i, stop, 76, 80, Structure)
}

// geoDegrees reads degrees, minutes and seconds with letters of hemispheres.
func geoDegrees(text []byte, at int) Span {
	i, letter := geoAngle(text, at, 90)
	if i == 0 || letter != 'N' && letter != 'S' {
		return Span{}
	}
	j := geoGap(text, i)
	if j == 0 {
		return Span{}
	}
	end, letter := geoAngle(text, j, 180)
	if end == 0 || !inSet(letter, "EWO") || tokenAfter(text, end) {
		return Span{}
	}
	return accepted(at, end, 74, 80, Structure)
}

// geoAngle reads 48°51'24.1"N at i.
func geoAngle(text []byte, i int, limit uint64) (end int, letter byte) {
	stop := digitsEnd(text, i, i+4)
	if stop == i || stop-i > 3 || decimal(text[i:stop]) > limit {
		return 0, 0
	}
	i = stop
	if w := degreeSign(text, i); w == 0 {
		return 0, 0
	} else {
		i += w
	}
	for limit := i + 20; i < len(text) && i < limit; i++ {
		switch b := text[i]; {
		case isNum(b), inSet(b, " .,'\"\xE2\x80\xB2\xB3\x99\x9D"):
		case inSet(b, "NSEWO"):
			return i + 1, b
		default:
			return 0, 0
		}
	}
	return 0, 0
}

func degreeSign(text []byte, i int) int {
	switch {
	case i+1 < len(text) && text[i] == 0xC2 && text[i+1] == 0xB0:
		return 2
	case i < len(text) && text[i] == 0xB0:
		return 1
	}
	return 0
}

// cellGeo takes one coordinate with four decimals, with a dot or a comma, or a
// pair.
func cellGeo(cell []byte) Span {
	start, end := trimmed(cell)
	i := start
	if i < end && (cell[i] == '-' || cell[i] == '+') {
		i++
	}
	stop := digitsEnd(cell, i, i+4)
	if stop == i || stop-i > 3 || stop+4 >= end || cell[stop] != '.' && cell[stop] != ',' || decimal(cell[i:stop]) > 180 {
		return Span{}
	}
	if digitsEnd(cell, stop+1, end) != end {
		return Span{}
	}
	return accepted(start, end, 60, 74, Structure)
}

// normalGeo appends the digits, signs and dots.
func normalGeo(dst, raw []byte) []byte {
	commas := !hasByte(raw, '.') && !hasByte(raw, 0xB0) // of decimals
	for i, b := range raw {
		if commas && b == ',' && i > 0 && isNum(raw[i-1]) && i+4 < len(raw) && digits(raw, i+1, 4) {
			b = '.'
		}
		word := i > 0 && isLetterByte(raw[i-1]) || i+1 < len(raw) && isLetterByte(raw[i+1])
		switch {
		case isNum(b) || b == '-' || b == '.' || isCapital(b) && !word:
			dst = append(dst, b)
		case b == ',' || b == ' ':
			if n := len(dst); n > 0 && dst[n-1] != ' ' {
				dst = append(dst, ' ')
			}
		}
	}
	return dst
}
