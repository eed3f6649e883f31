package main

import (
	"fmt"
	"strings"

	"recense/bench/synth"
)

// informatique has logs, and files full of digits that are nobody's.
func informatique(s *share) error {
	for _, f := range []func(*share) error{logs, lookAlikes} {
		if err := f(s); err != nil {
			return err
		}
	}
	return nil
}

func logs(s *share) error {
	g := synth.New(801)
	var b strings.Builder
	const requests = 200
	for i := range requests {
		ip := g.DocIPv4()
		if i%4 == 0 {
			ip = g.IPv4()
		}
		fmt.Fprintf(&b, "%s - - [%02d/Mar/2026:%02d:%02d:%02d +0100] \"GET /espace/contrats?page=%d HTTP/1.1\" 200 %d \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\"\n",
			ip, 1+i/10, i%24, i%60, (i*7)%60, i%9, g.Between(200, 90000))
	}
	l, err := s.put("informatique/journaux/access.log", "web access log", []byte(b.String()))
	if err != nil {
		return err
	}
	// In the column of the clients, addresses of the documentation ranges count too.
	l.want("ipv4", requests).want("access_log", 1)

	b.Reset()
	for i := range 60 {
		fmt.Fprintf(&b, "Mar %2d %02d:%02d:%02d passerelle dhcpd[%d]: DHCPACK on %s to %s via eth0\n", 1+i/2, i%24, i%60, (i*13)%60, 800+i, g.PrivateIPv4(), g.MAC())
	}
	if l, err = s.put("informatique/journaux/syslog", "syslog, no extension", []byte(b.String())); err != nil {
		return err
	}
	l.want("mac_address", 60).want("access_log", 1)

	b.Reset()
	for i := range 120 {
		msg := g.Pick([]string{"traitement par lots terminé", "cache vidé", "appel distant en 125 ms", "file vide"})
		switch i {
		case 40:
			msg = "envoi du courriel à " + g.Email()
		case 77:
			msg = "assuré introuvable, nir=" + g.NIR(g.Birth())
		}
		fmt.Fprintf(&b, "2026-03-%02dT%02d:%02d:%02d.%03dZ INFO  [batch-%d] c.exemple.Flux - %s (requête %s)\n", 1+i/5, i%24, i%60, (i*11)%60, i*8%1000, i%6, msg, g.UUID())
	}
	if l, err = s.put("informatique/journaux/application.log", "application log, one NIR, one e-mail", []byte(b.String())); err != nil {
		return err
	}
	l.want("nir", 1).want("email", 1)

	b.Reset()
	for i := range 20 {
		fmt.Fprintf(&b, "connexion %d depuis %s port %d\n", i+1, g.IPv6(), 40000+i)
	}
	if l, err = s.put("informatique/journaux/connexions_v6.log", "log, IPv6", []byte(b.String())); err != nil {
		return err
	}
	l.want("ipv6", 20)
	return nil
}

// lookAlikes hold nothing: every value only resembles an identifier.
func lookAlikes(s *share) error {
	g := synth.New(802)
	lines := func(n int, f func(i int) string) []byte {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i) + "\n")
		}
		return []byte(b.String())
	}
	for _, f := range []struct {
		path, format string
		data         []byte
	}{
		{"informatique/inventaire/versions.txt", "versions", lines(60, func(int) string { return "paquet-" + g.Hex(4) + " v" + g.Version() })},
		{"informatique/inventaire/oid.txt", "object identifiers", lines(40, func(int) string { return g.OID() + " INTEGER: " + g.Digits(4) })},
		{"informatique/inventaire/guid.csv", "GUIDs", lines(60, func(i int) string { return fmt.Sprintf("%d;%s", i+1, g.UUID()) })},
		{"informatique/inventaire/imei.csv", "IMEI numbers", append([]byte("imei;modele\n"), lines(40, func(int) string { return g.IMEI() + ";TEL-" + g.Hex(3) })...)},
		{"informatique/inventaire/horodatages.csv", "timestamps and epoch milliseconds", append([]byte("debut;fin_ms\n"), lines(60, func(i int) string {
			return fmt.Sprintf("202603%02d%02d%02d%02d;1774%s", 1+i%28, i%24, i%60, (i*7)%60, g.Digits(9))
		})...)},
		{"informatique/inventaire/empreintes.sha256", "digests", lines(40, func(i int) string { return g.Hex(64) + "  paquet-" + fmt.Sprint(i) + ".deb" })},
		{"informatique/inventaire/mauvaises_cles.txt", "near misses", lines(40, func(i int) string {
			return "réf. " + []string{g.BadNIRMonth(g.Birth()), g.BadNIRDepartment(g.Birth()), g.BadNIRSex(g.Birth()), g.BadIBAN()}[i%4]
		})},
		{"comptabilite/factures_2026.csv", "invoice and order numbers", append([]byte("num_facture;num_commande;reference_article;montant_ht\n"), lines(60, func(i int) string {
			return fmt.Sprintf("2026%07d;CDE-%09d;%s;%d,%02d", 1200+i, g.IntN(999999999), g.EAN(), g.Between(10, 9000), g.IntN(100))
		})...)},
		{"informatique/inventaire/numeros_serie.csv", "serial numbers", append([]byte("modele;num_serie;etiquette\n"), lines(50, func(i int) string {
			return fmt.Sprintf("PC-%s;%s%s%s;%08d", g.Hex(3), strings.ToUpper(g.Hex(2)), g.Digits(7), g.Letters(3), 20100000+i)
		})...)},
		{"informatique/inventaire/mesures.csv", "measures", append([]byte("horodatage;temperature;pression;debit\n"), lines(80, func(i int) string {
			return fmt.Sprintf("2026-03-%02dT%02d:%02d:00;%d.%04d;%d.%06d;%d", 1+i%28, i%24, i%60, g.Between(12, 40), g.IntN(10000), g.Between(900, 1100), g.IntN(1000000), g.Between(100000000, 999999999))
		})...)},
		{"informatique/historique_git.txt", "digests of commits", lines(40, func(i int) string {
			return g.Hex(40) + " " + g.Hex(7) + " version " + fmt.Sprintf("%d.%d.%d", 1+i/10, i%10, g.IntN(30))
		})},
		{"informatique/script.sql", "source code", []byte("-- table des lots\nCREATE TABLE lot (id BIGINT PRIMARY KEY, libelle VARCHAR(120), cree_le TIMESTAMP);\nINSERT INTO lot VALUES (1001, 'premier', '2026-01-01 00:00:00');\n")},
	} {
		l, err := s.put(f.path, f.format+", no personal data", f.data)
		if err != nil {
			return err
		}
		l.none()
	}
	l, err := s.put("informatique/base_prod.bak", "backup of a database", append([]byte("TAPE\x00\x00\x03\x00"), noise(803, 6000)...))
	if err != nil {
		return err
	}
	l.state("unsupported", "backup_file").none()
	return nil
}

// noise returns n bytes that no format claims.
func noise(seed uint64, n int) []byte {
	g := synth.New(seed)
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.IntN(256))
	}
	return b
}
