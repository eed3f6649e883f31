package corpus

import (
	"strconv"

	"recense/bench/synth"
)

// logLine appends a line of an access log or of an application log.
func logLine(g *synth.Gen, b []byte) []byte {
	if g.OneIn(2) {
		return accessLine(g, b)
	}
	return appLine(g, b)
}

func accessLine(g *synth.Gen, b []byte) []byte {
	ip := g.IPv4()
	if g.OneIn(3) {
		ip = g.DocIPv4()
	}
	b = append(b, ip...)
	b = append(b, " - - ["...)
	b = append(b, two(g.Between(1, 28))+"/"+g.Pick(monthNames)+"/2026:"+clock(g)...)
	b = append(b, " +0100] \""...)
	b = append(b, g.Pick(methods)+" "+g.Pick(paths)...)
	if g.OneIn(4) {
		b = append(b, "?page="+strconv.Itoa(g.Between(1, 40))+"&tri="+g.Pick(words)...)
	}
	b = append(b, " HTTP/1.1\" "+g.Pick(codes)+" "+strconv.Itoa(g.Between(180, 98000))+" \"https://www.example.com"...)
	b = append(b, g.Pick(paths)+"\" \""+g.Pick(agents)+"\"\n"...)
	return b
}

func appLine(g *synth.Gen, b []byte) []byte {
	b = append(b, "2026-"+two(g.Between(1, 12))+"-"+two(g.Between(1, 28))+"T"+clock(g)+"."+g.Digits(3)+"Z "...)
	b = append(b, g.Pick(levels)+" ["+g.Pick(threads)+"-"+strconv.Itoa(g.Between(1, 64))+"] "+g.Pick(classes)+" - "...)
	switch g.IntN(40) {
	case 0:
		b = append(b, "envoi du courriel de confirmation à "+g.Email()...)
	case 1:
		b = append(b, "appel du service de rappel au "+synth.SpacedPhone(g.Mobile(), " ")+" programmé"...)
	case 2, 3, 4, 5, 6, 7, 8, 9:
		b = append(b, "requête "+g.UUID()+" traitée en "+strconv.Itoa(g.Between(1, 900))+" ms"...)
	default:
		b = append(b, g.Pick(messages)...)
		if g.OneIn(3) {
			b = append(b, " ("+g.Pick(words)+"="+strconv.Itoa(g.IntN(5000))+")"...)
		}
	}
	return append(b, '\n')
}

func clock(g *synth.Gen) string {
	return two(g.IntN(24)) + ":" + two(g.IntN(60)) + ":" + two(g.IntN(60))
}

var (
	monthNames = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	methods    = []string{"GET", "GET", "GET", "GET", "POST", "HEAD"}
	codes      = []string{"200", "200", "200", "304", "302", "404", "500"}
	levels     = []string{"INFO ", "INFO ", "DEBUG", "WARN ", "ERROR"}
	threads    = []string{"http-nio", "pool-batch", "scheduler", "kafka-consumer"}
	words      = []string{"lot", "nb", "rang", "essai", "delai", "taille", "file", "etape"}
	paths      = []string{"/", "/accueil", "/espace/contrats", "/espace/remboursements/liste", "/assets/app.js", "/assets/style.css",
		"/images/logo.svg", "/api/devis/simulation", "/actualites/optique-et-dentaire", "/api/health", "/telechargements/formulaire.pdf"}
	classes = []string{"c.exemple.sante.PaiementService", "c.exemple.sante.web.FiltreSession", "c.exemple.batch.ChargementFlux",
		"c.exemple.sante.ContratDao", "o.s.web.servlet.DispatcherServlet"}
	messages = []string{"début du traitement par lots", "connexion à la base établie, réserve de connexions prête", "cache vidé après modification du paramétrage",
		"aucune ligne à traiter, passage à l'étape suivante", "session expirée, redirection vers la page d'accueil",
		"délai dépassé lors de l'appel du service distant, nouvel essai", "fichier déplacé vers le répertoire des flux traités",
		"contrôle de cohérence terminé sans anomalie", "chargement de la configuration depuis le serveur central"}
	agents = []string{"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "curl/8.5.0", "ExampleBot/2.1 (+https://www.example.com/bot)"}
)
