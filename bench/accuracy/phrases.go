package accuracy

import (
	"strings"

	"recense/bench/synth"
)

// phrases are sentences and lines that hold values, in braces as in letters. A
// note is made of some of them, with others between them that only look so.
var phrases = []string{
	// Names that something announces, inside and outside any list.
	"{civil} {surname} a appelé ce matin au sujet de son dossier.",
	"Nous avons bien reçu la demande de {civil} {rare}.",
	"Le dossier de {civil} {rare} est complet.",
	"Nom : {SURNAME}\nPrénom : {given}",
	"NOM : {RARE SURNAME}",
	"Nom de naissance : {SURNAME}",
	"Nom et prénom de l'assuré : {RARE} ",
	"Assurée : {rare}, dossier en attente.",
	"Patient : {name}",
	"Je soussignée {rare} certifie avoir reçu le remboursement.",
	"Titulaire du compte : {civil} {NAME}",
	"{name}, adhérente depuis 2012, souhaite changer de formule.",
	"Rendez-vous fixé avec {Name} mardi prochain.",
	"Transmis par {name} le matin même.",
	"En copie : {name} ; {name}.",
	"Bénéficiaires : {name}, {name} et {name}.",
	"Le docteur {surname} a signé l'arrêt.",
	"Dr {rare}, cabinet du centre.",
	"Contact : {name}, poste 4512",
	"Conjoint : {rare}",
	"Bien cordialement,\n\n{rare}",
	"Cordialement,\n{signature}\nChargée de clientèle",
	"Signé : {name}",
	"L'assuré {RARE CAPS} conteste la décision.",
	// Places of birth, sex.
	"Né le {birth_date} à {birth_place}.",
	"Née le {birth_date}, à {birth_place}, de nationalité française.",
	"Lieu de naissance : {birth_place}",
	"Date et lieu de naissance : {birth_date} à {birth_place}",
	"Commune de naissance : {birth_place}",
	"Née à {birth_place} le {birth_date}",
	"Né(e) le : {birth_date}   à : {birth_place}",
	"Ville de naissance : {birth_place}   Sexe : {sex}",
	"Sexe : {sex}",
	"Sexe (M/F) : {sex}",
	// Postal addresses.
	"Demeurant {postal_address_fr}.",
	"Adresse : {postal_address_fr}",
	"Adresse postale :\n{address lines}",
	"{civil} {NAME}\n{address lines}",
	"Nouvelle adresse à compter du 1er mars : {address extra}.",
	"J'habite désormais {postal_address_fr} et je souhaite recevoir mes relevés là-bas.",
	"Courrier à envoyer : {address box}",
	// Papers.
	"Copie de la pièce :\n{mrz}",
	"Passeport n° {passport_fr}, valable dix ans.",
	"Carte nationale d'identité n° {id_card_fr}",
	"Permis de conduire n° {driving_licence_fr}",
	"Le véhicule immatriculé {licence_plate_fr} a été déclaré volé.",
	"Immatriculation : {licence_plate_fr}",
	"Numéro du permis : {driving_licence_fr}",
	// Connections and credentials.
	"Dernière connexion depuis {ipv6}.",
	"client={ipv6} statut=200",
	"Mot de passe provisoire : {password_field}",
	"login: jdoe password: {password_field}",
	"spring.datasource.password={password_field}",
	"\"password\": \"{password_field}\",",
	"Jeton d'accès : {secret}",
	"export API_TOKEN={secret}",
	"Authorization: Bearer {web token}",
	"api_key = \"{random key}\"",
	"postgres://sante:{url password}@db.example.net:5432/sante",
	"Cookie: {cookie}",
	"Set-Cookie: {cookie}; Path=/; HttpOnly",
	"{cookie}",
	"Position relevée par le GPS : {geo_coordinates}",
	"Coordonnées GPS du domicile : {geo degrees}",
	"geo:{geo uri}",
	// Numbers with their labels.
	"N° SS : {nir}",
	"Né le {birth_date}, n° d'assuré social {nir}.",
	"Date de naissance\n{birth_date}",
	"RIB : {rib}",
	"IBAN\u00a0: {iban} – BIC\u00a0: {bic}",
	"Mél. {email} – Port. {phone_fr}",
	"Tél. dom. : {phone_fr}",
	"N° fiscal : {tax_number_fr}",
}

// decoys are sentences that look so and hold nothing; the braces are what must
// not be found, by kind.
var decoys = []string{
	"L'agence se trouve rue {!person_name:Jean Jaurès}.", "Rendez-vous avenue {!person_name:Victor Hugo}, au deuxième étage.",
	"Le lycée {!person_name:Marie Curie} organise un forum.", "Hospitalisation prévue à l'hôpital {!person_name:Georges Pompidou}.",
	"Sortie de la station {!person_name:Charles de Gaulle} Étoile.", "Facture de la {!person_name:Pharmacie Bernard}.",
	"Devis des {!person_name:Laboratoires Pierre Fabre}.", "Monture achetée chez {!person_name:Alain Afflelou}.", "Le {!person_name:Cabinet Martin} & Associés est mandaté.",
	"{!person_name:TABLEAU DES GARANTIES}", "{!person_name:Conditions Générales} de vente", "{!person_name:Sécurité Sociale} – {!person_name:Assurance Maladie}",
	"Le {!person_name:Conseil Départemental} a répondu.", "La clinique {!person_name:Saint Jean} a été prévenue.", "Résidence {!person_name:Albert Camus}, bâtiment C.",
	"Fondation {!person_name:Louis Pasteur}.", "{!person_name:Prénom Nom} de l'adhérent", "Monsieur le {!person_name:Directeur Général},", "Madame la {!person_name:Présidente},",
	"{!person_name:Service Relation Adhérents}", "{!person_name:Offre Rose Confort}", "Formule {!person_name:Max Essentielle}", "Pack {!person_name:Famille Sérénité}",
	"Le logiciel {!person_name:Oracle Database} sera mis à jour.", "Version de {!person_name:Microsoft Office} installée.", "Boulevard {!person_name:Robert Schuman}",
	"École {!person_name:Jules Ferry}", "Le prix {!person_name:Albert Londres}", "Loi {!person_name:Simone Veil}", "Stade {!person_name:Pierre Mauroy}",
	"{!person_name:Bulletin Adhésion}", "Objet : {!person_name:Demande Remboursement}", "Le {!person_name:Groupe Bernard} rachète la société.", "{!person_name:Société Martin} SARL",
	"Place {!person_name:Jeanne d'Arc}", "Station {!person_name:Anatole France}", "Garage {!person_name:Michel Durand}", "Boulangerie {!person_name:Paul Leroy}",
	"Cordialement,\n\n{!person_name:Le Service Prestations}", "{!person_name:Centre Hospitalier Alain Fournier}", "Syndrome de {!person_name:Guillain Barré}",
	"la maladie de {!person_name:Charcot Marie}", "Contrat {!person_name:Laurent Senior} Plus",
	"Le siège est à {!postal_address_fr:69003 Lyon}.", "Département : {!postal_address_fr:59000 Lille}", "Le budget de la place est de {!postal_address_fr:35000 Rennes} visites.",
	"La route compte {!postal_address_fr:31000 véhicules} par jour.", "12 places de parking et {!postal_address_fr:44000 euros} de travaux.",
	"Voir l'article 12, rue de la loi, {!postal_address_fr:10000 exemplaires}.", "Le cours de 8 heures réunit {!postal_address_fr:13000 Salariés}.",
	"Vol AF{!licence_plate_fr:-447-RP} annulé.", "Norme {!licence_plate_fr:EN-149-FF}", "Commande {!licence_plate_fr:QT-218-ZA} expédiée.",
	"API_TOKEN={!secret:${API_TOKEN}}", "password: {!password_field:********}", "mot de passe : {!password_field:(à compléter)}", "commit {!secret:9f2c1e8ab4d07735c6e0a1b2c3d4e5f60718293a}",
	"password = getpass({!password_field:prompt})", "token = {!secret:<votre-jeton>}", "AWS_KEY={!secret:AKIAXXXXXXXXXXXXXXXX}", "mot de passe oublié ? {!password_field:cliquez} ici",
	"Cookie: {!cookie_id:consent=oui}", "lang={!cookie_id:fr_FR}", "Sexe : {!sex:M / F}", "Le sexe {!sex:masculin} est surreprésenté dans l'échantillon.",
	"Version {!geo_coordinates:48.8566} du moteur", "ratio {!geo_coordinates:1.3333, 2.6666}", "std{!ipv6:::string}", "a{!ipv6:::b} dans le code",
	"Lieu de naissance : {!birth_place:................}", "Né le ........ à {!birth_place:........}", "{!birth_place:La commune} de naissance figure sur l'acte.",
	"P<FRA{!mrz:EXEMPLE<<SPECIMEN<<<<<<<<<<<<<<<<<<<<<<<<<}", "Permis de {!driving_licence_fr:construire 0691230012345}", "Convention {!driving_licence_fr:12AB34567} du ministère",
	"L'{!art9_terms:école catholique} Saint-Joseph est fermée.", "Le {!art9_terms:temple protestant} de la ville accueille l'exposition.", "Le {!art9_terms:syndic} de copropriété a relancé.",
	"L'{!art9_terms:origine} du produit est indiquée.", "La {!art9_terms:partie politique} du journal n'est plus distribuée.", "Le {!art9_terms:syndicat} mixte des eaux a changé de numéro.",
}

// note writes phrases about one person each, in a random container.
func (b *builder) note() {
	var text []segment
	noise, breaks := b.OneIn(10), b.OneIn(10)
	for range b.Between(6, 25) {
		switch b.IntN(4) {
		case 0:
			text = b.decoy(text, pick(b, decoys))
		default:
			text = b.letter(text, pick(b, phrases), noise, breaks)
		}
		text = append(text, segment{text: pick(b, []string{"\n", "\n\n", "\n", "\n" + b.filler(b.Between(20, 200)) + ".\n"})})
	}
	b.render(text, false)
}

// decoy appends a sentence; {!kind:text} is a text that is no value of the kind.
func (b *builder) decoy(text []segment, template string) []segment {
	for {
		before, rest, found := strings.Cut(template, "{!")
		text = append(text, segment{text: before})
		if !found {
			return text
		}
		kind, rest, _ := strings.Cut(rest, ":")
		end := closing(rest)
		text = append(text, segment{text: rest[:end], kind: kind, decoy: true, tags: tagsOf("prose", "look-alike")})
		template = rest[end+1:]
	}
}

// closing returns where the brace that is open at the start of s is closed.
func closing(s string) int {
	depth := 1
	for i, r := range s {
		switch r {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	panic("accuracy: open brace")
}

// special is the value of a brace that no sort has.
func (b *builder) special(brace string, p synth.Person, family string) (segment, bool) {
	of := func(kind, text string, tags ...string) (segment, bool) {
		return segment{text: text, kind: kind, tags: tagsOf(append([]string{"prose"}, tags...)...)}, true
	}
	rare, outside := b.RareSurname(), "names outside lists"
	switch brace {
	case "surname":
		return of("person_name", family)
	case "SURNAME":
		return of("person_name", strings.ToUpper(family), "upper case")
	case "NAME":
		return of("person_name", strings.ToUpper(family)+" "+p.Given, "surname first")
	case "Name":
		return of("person_name", p.Given+" "+family)
	case "given":
		return of("person_name", p.Given)
	case "rare":
		return of("person_name", b.RareGiven()+" "+rare, outside)
	case "RARE":
		return of("person_name", strings.ToUpper(rare)+" "+b.RareGiven(), outside)
	case "RARE CAPS":
		return of("person_name", b.RareGiven()+" "+strings.ToUpper(rare), outside)
	case "RARE SURNAME":
		return of("person_name", strings.ToUpper(rare), outside)
	case "birth_place":
		return of("birth_place", b.BirthTown())
	case "sex":
		return of("sex", pick(b, []string{"F", "M", "H", "Masculin", "Féminin", "féminin", "1", "2"}))
	case "address lines":
		return of("postal_address_fr", b.AddressLines(), "several lines")
	case "address extra":
		return of("postal_address_fr", b.AddressExtra(), "with its building")
	case "address box":
		return of("postal_address_fr", b.AddressBox(), "post box or hamlet")
	case "mrz":
		switch b.IntN(4) {
		case 0:
			return of("mrz", b.MRZ(p), "TD3")
		case 1:
			return of("mrz", b.MRZCard(p), "TD1")
		case 2:
			return of("mrz", b.MRZVisa(p), "TD2")
		}
		return of("mrz", b.MRZOld(p), "card before 2021")
	case "driving_licence_fr":
		return of("driving_licence_fr", b.DrivingLicence())
	case "secret":
		return of("secret", b.Secret(), "published form")
	case "web token":
		return of("secret", b.WebToken(), "published form")
	case "random key":
		return of("secret", b.RandomKey(), "behind a key")
	case "url password":
		return of("secret", strings.ReplaceAll(strings.ReplaceAll(b.Password(), "@", "%40"), "#", "%23"), "in a URL")
	case "geo degrees":
		return of("geo_coordinates", b.Degrees(), "degrees")
	case "geo uri":
		return of("geo_coordinates", strings.ReplaceAll(b.Coordinates(), " ", ""), "geo URI")
	}
	return segment{}, false
}
