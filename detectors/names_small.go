package detectors

// Names in small letters, as notes of calls have them: "mme durand jeanne a appelé",
// "mr lemoine demande". No list of surnames is at hand, so that the words around decide.

// smallName reads the surname behind the civility at text[at]: mme, mlle, mr, dr, pr, M; behind
// mr, dr and pr the surname may have its capital. It takes a
// given name beside the surname, a verb behind it, or in front of the civility a word behind
// which nobody speaks of a lady by that word alone: a verb follows where one does.
func smallName(text []byte, at int) Span {
	e := wordEnd(text, at)
	if !isSmallCivility(text[at:e]) || at > 0 && (isToken(text[at-1]) || text[at-1] == '-' || text[at-1] == '.') {
		return Span{}
	}
	if e < len(text) && text[e] == '.' {
		e++
	}
	if e >= len(text) || text[e] != ' ' {
		return Span{}
	}
	start := e + 1
	end, given := smallWordOfName(text, start, !isCapital(text[at]))
	if end == 0 {
		return Span{}
	}
	score := uint8(66)
	if end < len(text) && text[end] == ' ' {
		if stop, other := smallWordOfName(text, end+1, !isCapital(text[at])); stop > 0 && (given || other) {
			end, score = stop, 70
		}
	}
	if end < len(text) && inSet(text[end], "@_:=/(") || end+1 < len(text) && text[end] == '.' && isLetter(text, end+1) {
		return Span{}
	}
	if score < 70 && !(given && isUpperAt(text, start)) && !verbFollows(text, end) && !belongsTo(text, at) {
		return Span{}
	}
	return accepted(start, end, score, 76, Structure|ContextWord)
}

func isSmallCivility(word []byte) bool {
	if len(word) == 0 || len(word) > 4 {
		return false
	}
	var buffer [2 * maxToken]byte
	switch string(foldToken(buffer[:0], word)) {
	case "mme", "mlle", "mr", "dr", "pr":
		return true
	case "m":
		return word[0] == 'M'
	}
	return false
}

// smallWordOfName returns the end of the word of small letters at text[i], or of one that begins
// with a capital, that may be one of a name, 0 when there is none, and whether it is a common given
// name.
func smallWordOfName(text []byte, i int, capital bool) (end int, given bool) {
	if i >= len(text) || !isLetter(text, i) {
		return 0, false
	}
	letters := 0
	for end = i; end < len(text) && end-i < maxPairWord && (isLetter(text, end) || text[end] == '-' && letters > 0); end++ {
		if isUpperAt(text, end) && !(capital && end == i) {
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

// verbFollows reports whether the word behind a name says what the person does: "durand demande",
// "durand a appelé", but not "tient a son", "aimerait savoir".
func verbFollows(text []byte, i int) bool {
	if i+2 >= len(text) || text[i] != ' ' {
		return false
	}
	e := wordEnd(text, i+1)
	if e != i+2 || text[i+1] != 'a' {
		return e > i+1 && thirdPerson.has(text[i+1:e])
	}
	if e >= len(text) || text[e] != ' ' {
		return false
	}
	next := text[e+1 : wordEnd(text, e+1)]
	n := len(next)
	return n > 1 && next[n-1] != 'r' && !(n > 2 && next[n-2] == 'r' && next[n-1] == 'e') && !behindA.has(next)
}

// belongsTo reports whether the word in front of a civility is one of whose, for whom, with whom.
func belongsTo(text []byte, at int) bool {
	end := at - 1
	if end < 1 || text[end] != ' ' {
		return false
	}
	start := end
	for start > 0 && end-start < 12 && isLetter(text, start-1) {
		start--
	}
	return start < end && whoseWords.has(text[start:end])
}

var (
	thirdPerson = newLexicon("appelle rappelle demande souhaite signale conteste refuse reclame transmet envoie veut voudrait vient est etait sera avait dit indique precise confirme informe explique",
		"attend doit peut pense croit sait habite vit travaille touche percoit paie beneficie se qui je appel rappel n ne nee")
	behindA    = newLexicon("la le les l un une son sa ses ce cette cet mon ma nous vous leur leurs propos cause partir jour")
	whoseWords = newLexicon("de du le au pour par chez avec merci bonjour dossier dossiers et cest iban rib c client cliente adherent adherente assure assuree patient patiente conjoint conjointe")
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
