package main

import (
	"os"
	"path/filepath"
	"strings"

	"recense/bench/synth"
)

// temp has what is left lying about: mislabelled, empty and unreadable files, a
// recycle bin, a snapshot.
func temp(s *share) error {
	l, err := s.put("temp/export.pdf", "csv named .pdf", []byte(members(people(901, 15)).csv(";", "\n")))
	if err != nil {
		return err
	}
	l.state("scanned", "wrong_extension").wantMembers(15)

	for _, f := range []string{"temp/vide.csv", "temp/vide.pdf", "temp/vide.xlsx", "temp/vide.zip"} {
		if l, err = s.put(f, "empty file", nil); err != nil {
			return err
		}
		l.state("scanned", "empty").none()
	}

	if l, err = s.put("temp/modele.dat", "unknown binary", append([]byte("\x7fZQX\x00\x01\x00\x00"), noise(902, 4000)...)); err != nil {
		return err
	}
	l.state("unsupported", "unknown_format").none()

	deleted := table{{"nir", "email"}}
	for _, p := range people(903, 8) {
		deleted = append(deleted, []string{p.NIR, p.Email})
	}
	if l, err = s.put("temp/$RECYCLE.BIN/S-1-5-21-1001/$R7K2.csv", "csv in a recycle bin", []byte(deleted.csv(";", "\r\n"))); err != nil {
		return err
	}
	l.in("nir", "nir", 8).in("email", "email", 8).Flags = []string{"recycle_bin"}

	for _, f := range []string{"adherents.csv", "iban.csv"} {
		if _, err := s.put("temp/.snapshot/horaire.0/"+f, "", []byte(members(people(904, 5)).csv(";", "\n"))); err != nil {
			return err
		}
		s.dropLast()
	}
	l = s.entry("temp/.snapshot", "", "folder of snapshots").state("excluded", "snapshot").none()
	l.Files = 2
	return nil
}

// archives has archives in archives, damaged and encrypted ones.
func archives(s *share) error {
	for _, f := range []func(*share) error{nested, plainTar, damaged, encrypted} {
		if err := f(s); err != nil {
			return err
		}
	}
	return nil
}

// nested is a zip that holds a table, a workbook and a compressed tar.
func nested(s *share) error {
	var note strings.Builder
	p := people(1001, 1)[0]
	note.WriteString("Note de reprise\n\nAppeler le " + synth.SpacedPhone(p.Mobile, " ") + " ou écrire à " + p.Email + ".\n")
	t := table{{"nir", "montant"}}
	for _, p := range people(1002, 12) {
		t = append(t, []string{p.NIR, "12,50"})
	}
	tar, err := tarred(entry{"2018/prestations.csv", []byte(t.csv(";", "\n"))}, entry{"2018/note.txt", []byte(note.String())})
	if err != nil {
		return err
	}
	tgz, err := gzipped(tar)
	if err != nil {
		return err
	}
	book, err := os.ReadFile(filepath.Join(s.root, "adhesions", "beneficiaires.xlsx"))
	if err != nil {
		return err
	}
	zip, err := zipped(entry{"adherents.csv", []byte(members(people(1003, 10)).csv(";", "\n"))},
		entry{"bénéficiaires.xlsx", book}, entry{"ancien/2018.tar.gz", tgz}, entry{"lisez-moi.txt", []byte("Archive des années 2018 et 2019.\n")})
	if err != nil {
		return err
	}
	const path = "archives/reprise_2019.zip"
	if err := s.archive(path, zip); err != nil {
		return err
	}
	s.entry(path, "adherents.csv", "csv").wantMembers(10)
	s.entry(path, "bénéficiaires.xlsx", "xlsx by Gnumeric").wantBeneficiaries("beneficiaires.csv")
	s.entry(path, "lisez-moi.txt", "text").none()
	s.entry(path, "ancien/2018.tar.gz!/2018.tar!/2018/prestations.csv", "csv").in("nir", "nir", 12)
	s.entry(path, "ancien/2018.tar.gz!/2018.tar!/2018/note.txt", "text").want("phone_fr", 1).want("email", 1)
	return nil
}

func plainTar(s *share) error {
	p := people(1004, 2)
	tar, err := tarred(entry{"courriers/lettre_1.txt", []byte("Assuré " + p[0].NIR + "\n")},
		entry{"courriers/lettre_2.txt", encode(windows, "Titulaire du compte : "+synth.SpacedIBAN(p[1].IBAN, " ")+", résilié.\n")})
	if err != nil {
		return err
	}
	if err = s.archive("archives/courriers.tar", tar); err != nil {
		return err
	}
	s.entry("archives/courriers.tar", "courriers/lettre_1.txt", "text").want("nir", 1)
	s.entry("archives/courriers.tar", "courriers/lettre_2.txt", "text, Windows-1252").want("iban", 1)

	gz, err := gzipped([]byte(members(people(1005, 14)).csv(";", "\n")))
	if err != nil {
		return err
	}
	if err = s.archive("archives/adherents_2017.csv.gz", gz); err != nil {
		return err
	}
	s.entry("archives/adherents_2017.csv.gz", "adherents_2017.csv", "csv").wantMembers(14)
	return nil
}

// damaged are the same containers cut in the middle.
func damaged(s *share) error {
	zip, err := zipped(entry{"un.csv", []byte(members(people(1006, 40)).csv(";", "\n"))}, entry{"deux.csv", []byte(members(people(1007, 40)).csv(";", "\n"))})
	if err != nil {
		return err
	}
	l, err := s.put("archives/tronque.zip", "zip, its end missing", zip[:len(zip)*3/4])
	if err != nil {
		return err
	}
	l.state("partial", "truncated")
	s.entry("archives/tronque.zip", "un.csv", "csv").wantMembers(40)
	s.entry("archives/tronque.zip", "deux.csv", "csv, its end missing").state("partial", "truncated").want("nir", 10).want("member_number", 10).atLeast().
		open("birth_date", "email", "phone_fr", "iban", "bic", "person_name", "postal_address_fr")

	book, err := os.ReadFile(filepath.Join(s.root, "adhesions", "beneficiaires.xlsx"))
	if err != nil {
		return err
	}
	if l, err = s.put("archives/tronque.xlsx", "xlsx, its end missing", book[:len(book)*2/3]); err != nil {
		return err
	}
	l.state("partial", "truncated").wantBeneficiaries("sheet1")

	gz, err := gzipped([]byte(members(people(1008, 200)).csv(";", "\n")))
	if err != nil {
		return err
	}
	if l, err = s.put("archives/tronque.csv.gz", "gzip, its end missing", gz[:len(gz)/2]); err != nil {
		return err
	}
	l.state("partial", "truncated")
	s.entry("archives/tronque.csv.gz", "tronque.csv", "csv, its end missing").state("partial", "truncated").want("nir", 80).want("member_number", 80).atLeast().
		open("birth_date", "email", "phone_fr", "iban", "bic", "person_name", "postal_address_fr")
	return nil
}

// encrypted was made by real programs.
func encrypted(s *share) error {
	for _, f := range []struct{ path, format string }{
		{"archives/confidentiel.zip", "member of a zip by Info-ZIP, traditional encryption"},
		{"archives/coffre_aes.zip", "member of a zip by 7-Zip, AES-256"},
	} {
		if _, err := s.made(f.path, ""); err != nil {
			return err
		}
		s.dropLast()
		s.entry(f.path, "confidentiel.csv", f.format).state("encrypted", "password_protected").none()
	}
	l, err := s.made("rh/protege.xlsx", "xlsx by LibreOffice, with a password")
	if err != nil {
		return err
	}
	l.state("encrypted", "password_protected").none()
	if l, err = s.made("rh/protege.pdf", "pdf by LibreOffice, with a password to open it"); err != nil {
		return err
	}
	l.state("encrypted", "password_protected").none()
	return nil
}
