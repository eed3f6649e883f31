package detectors

var civility = Detector{
	Kind: "civility",
	Doc: `Civilité / Title of a person
M., Mr, Mme, Mlle, Monsieur, Madame, Mademoiselle in front of a name (see
person_name), or in a column of titles, which may hold Docteur and Maître too. The titles are those of the
forms of the French administration (circulaire n° 5575/SG of 21 February 2012
left Mademoiselle out; older files have it). Alone it tells of no person.`,
	Max:     Possible,
	Verify:  verifyCivility,
	Anchors: titlesOfPersons,
	Before:  nameBefore, After: nameAfter,
	Cell:    cellCivility,
	Columns: []string{"civilite", "civ", "titre civilite", "cd civ", "code civilite", "lib civ", "salutation", "title"},
	Normal:  normalLetters, Placeholder: "[CIVILITE]", HideLength: true,
}

// titlesOfPersons are the titles in front of a name; doctors and lawyers have
// theirs by their trade, which is told by the column alone.
var titlesOfPersons = []string{"m. ", "mme ", "mme.", "mlle", "monsieur", "madame", "mademois", "mr ", "mr. "}

func verifyCivility(text []byte, at int) Span {
	i := afterCivility(text, at)
	if i == 0 || oneOf(text, at, titlesOfPersons) == 0 || civilName(text, at, i).Outcome == None && smallName(text, at).Outcome == None {
		return Span{}
	}
	end := wordEnd(text, at)
	if end < len(text) && text[end] == '.' {
		end++
	}
	return accepted(at, end, 50, 50, Structure|ContextWord)
}

// cellCivility decides on a cell of a column of titles.
func cellCivility(cell []byte) Span {
	start, end := trimCell(cell)
	e := wordEnd(cell, start)
	if e == start || e < end && !(e+1 == end && cell[e] == '.') {
		return Span{}
	}
	var buffer [maxToken]byte
	switch string(foldToken(buffer[:0], cell[start:e])) {
	case "m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "dr", "docteur", "me", "maitre", "pr", "professeur", "mrs", "ms", "mx":
		return accepted(start, end, 50, 55, Structure)
	}
	return Span{}
}
