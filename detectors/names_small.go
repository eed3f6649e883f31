package detectors

// Names in small letters, as notes of calls have them: "mme durand jeanne a appelé",
// "mr lemoine demande". No list of surnames is at hand, so that the words around decide.

// smallName reads the surname, and a given name beside it, behind the civility at text[at]: mme
// and mlle; mr and dr where a sentence goes on in French. Behind one with a capital, where a name
// would have one, a verb has to follow, or a given name be among the words.
func smallName(text []byte, at int) Span {
	e := wordEnd(text, at)
	sure, ok := smallCivility(text[at:e])
	if !ok || at > 0 && (isToken(text[at-1]) || text[at-1] == '-' || text[at-1] == '.') {
		return Span{}
	}
	if e < len(text) && text[e] == '.' {
		e++
	}
	start := e + 1
	if e >= len(text) || text[e] != ' ' {
		return Span{}
	}
	end, given := smallWordOfName(text, start)
	if end == 0 {
		return Span{}
	}
	score := uint8(66)
	next := end
	if next < len(text) && text[next] == ' ' {
		if stop, other := smallWordOfName(text, next+1); stop > 0 && (given || other) {
			end, score = stop, 70
		}
	}
	if end < len(text) && inSet(text[end], "@_:=/(") || end+1 < len(text) && text[end] == '.' && isLetter(text, end+1) {
		return Span{}
	}
	if capital := isCapital(text[at]); score < 70 && (capital || !sure) && !goesOnInFrench(text, end, capital) {
		return Span{}
	}
	return accepted(start, end, score, 76, Structure|ContextWord)
}

// smallCivility reports whether a word is a civility, and whether it is one in no other language
// and no abbreviation of something else.
func smallCivility(word []byte) (sure, ok bool) {
	if len(word) == 0 || len(word) > 4 {
		return false, false
	}
	var buffer [2 * maxToken]byte
	switch string(foldToken(buffer[:0], word)) {
	case "mme", "mlle":
		return true, true
	case "mr", "dr":
		return false, true
	case "m":
		return false, word[0] == 'M'
	}
	return false, false
}

// smallWordOfName returns the end of the word of small letters at text[i] that may be one of a
// name, 0 when there is none, and whether it is a common given name.
func smallWordOfName(text []byte, i int) (end int, given bool) {
	if i >= len(text) || !isLetter(text, i) {
		return 0, false
	}
	letters := 0
	for end = i; end < len(text) && end-i < maxPairWord && (isLetter(text, end) || text[end] == '-' && letters > 0); end++ {
		if isUpperAt(text, end) {
			return 0, false
		}
		letters++
	}
	for end > i && text[end-1] == '-' {
		end--
	}
	word := text[i:end]
	if letters < 3 || end-i >= maxPairWord || end < len(text) && (isToken(text[end]) || text[end] == '\'') ||
		len(word) <= maxToken && (isNoName(word) && !surnameWords.has(word) || notSurnames.has(word)) {
		return 0, false
	}
	return end, givenName(word) == 2 && !isAmbiguous(word)
}

// goesOnInFrench reports whether a French word follows that is no part of a name, a verb for sure.
func goesOnInFrench(text []byte, i int, verb bool) bool {
	if i+2 >= len(text) || text[i] != ' ' {
		return false
	}
	e := wordEnd(text, i+1)
	return e > i+1 && (notSurnames.has(text[i+1:e]) || !verb && frenchFunction.has(text[i+1:e]))
}

var (
	frenchFunction = newLexicon("a est qui que pour au aux chez depuis sur avec par suite je il elle")
	// notSurnames are the words that follow a civility which stands alone: what the person does, is or wants.
	notSurnames = newLexicon(
		"appelle appel appels appele appelee appelait rappelle rappel rappeler rappele rappelee demande demandait demander souhaite souhaitait souhaiterait signale signalait conteste contestait refuse refusait",
		"reclame reclamait transmet transmis envoie envoye envoyee envoyer veut voulait voudrait vient venait venir venu venue etait sera avait aura dit disait indique indiquait precise confirme informe explique attend attendait",
		"doit devait peut pouvait pourrait pense pensait croit sait savait connait habite vit vivait travaille touche percoit paie paye paient beneficie dispose possede reste restait revient arrive sort entre passe passee prend prendra",
		"prefere propose met fait faisait faire fera ira part parti partie joint jointe joindre injoignable absent absente contacte contactee contacter recu recue recoit recontacter relance relancee repond repondu rien ecrit ecris crie pleure insiste menace",
		"decede decedee hospitalise hospitalisee enceinte marie mariee veuf veuve divorce divorcee separe separee malade suivie suivi atteint atteinte opere operee agee age nee victime salarie salariee retraite retraitee etudiante",
		"cliente client adherente assuree patiente beneficiaire presidente maire ministre conseillere infirmiere voisine accueil standard gardienne pharmacienne docteur avocat",
		"toujours encore deja jamais aussi donc alors ensuite hier demain aujourd aujourdhui matin soir ici ok ko rdv mail courrier voir cela ceci celle celui lui elles cet leurs etre ayant est ont sont etaient",
		"conge arret ete parce afin malgre pendant durant sauf ainsi autre autres meme seule seul unetelle untel machin truc chose xxx xxxx lors suivante suivant concernee concerne merci svp stp tjs pcq")
)
