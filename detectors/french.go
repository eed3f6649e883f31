package detectors

import "strings"

// Title returns what a detector finds, in French or English: the first line of Doc reads
// "français / English". A detector of the organisation has one title.
func (d *Detector) Title(lang string) string {
	title, _, _ := strings.Cut(d.Doc, "\n")
	fr, en, both := strings.Cut(title, " / ")
	if both && lang != "fr" {
		return en
	}
	return fr
}

// Rule returns the rule of a detector and its source: the rest of Doc, or what french
// has in its place. The organisation's own forms stand behind it.
func (d *Detector) Rule(lang string) string {
	_, rule, _ := strings.Cut(d.Doc, "\n")
	if lang != "fr" {
		return rule
	}
	rule, forms, own := strings.Cut(rule, formsOf)
	if text, ok := french[d.Kind]; ok {
		rule = text
	}
	if own {
		rule = strings.TrimSpace(rule) + "\nFormes de l'organisme : " + forms
	}
	return strings.TrimSpace(rule)
}

// french is the rule of every detector in French. It stands apart from Doc because Doc
// belongs to the version of the rules, and because English and French are told apart here
// alone.
var french = map[Kind]string{
	"adeli": `Neuf caractères : département (01 à 95, 2A, 2B, 97, 98, 9A à 9F outre-mer),
profession, cinq chiffres, clé. Source : DREES, ANS ; le calcul de la clé n'est pas
publié, neuf chiffres quelconques ont donc cette forme : faible sans mot ni colonne. Le
numéro de facturation à l'assurance maladie (AM) a la même forme.`,
	"ald_terms": `Les mots de l'exonération et les noms des 30 affections de longue durée, tels que
les dossiers et les lettres les écrivent, auprès d'une personne.
Code de la sécurité sociale, art. L. 160-14, D. 160-4 et R. 160-12.`,
	"aml_terms": `Déclarations de soupçon, gel des avoirs, personnes politiquement exposées et
vigilance, auprès d'une personne. Une déclaration de soupçon est secrète.
Code monétaire et financier, art. L. 561-15 et L. 561-18 (à vérifier).`,
	"art9_terms": `Appartenance syndicale, religion et convictions, origine ethnique, vie et
orientation sexuelles, opinions politiques, auprès d'une personne.
RGPD, art. 9 (1) ; loi n° 78-17 du 6 janvier 1978, art. 6.`,
	"atc": `Classification anatomique, thérapeutique et chimique (OMS) : une lettre, deux
chiffres, deux lettres, deux chiffres (A10BA02). Les trois premiers caractères doivent
être un groupe du deuxième niveau. Les niveaux plus courts (A10, A10B, A10BA) seulement
s'ils remplissent une cellule, où le nom de la colonne leur donne du poids. Pas de clé.`,
	"bic": `Quatre lettres pour la banque, deux pour le pays (ISO 3166-1, et XK), deux lettres ou
chiffres pour la place, trois de plus pour l'agence ou aucun : 8 ou 11 capitales et
chiffres, sans clé (ISO 9362). Il désigne une banque, pas une personne, et beaucoup de
mots français en capitales ont cette forme : faible sauf si un mot, une colonne ou un
numéro de compte est proche ; ce qui se lit comme un mot français ou anglais est écarté.`,
	"birth_date": `Un jour du calendrier grégorien depuis 1890, écrit 12/03/1980, 12-03-1980,
12.03.1980, 1980-03-12, 12 mars 1980, 1er janvier 1975, ou 19800312 et 12031980 (DSN)
dans une cellule à part ou derrière un mot ; 12 / 03 / 1980 et 12 03 1980, comme on
remplit un formulaire, derrière un mot seulement. Une date est de naissance par un mot
(né le, naissance, birth) ou par le nom de sa colonne, jamais par la part d'une colonne ;
une heure autre que minuit en fait autre chose. Dans un texte suivi, une date sans un tel
mot devant elle ne compte pas, car la plupart disent autre chose ; 00/00/1980, que la
sécurité sociale écrit pour ce qui est inconnu, compte dans une cellule.`,
	"birth_place": `La commune, le département ou le pays derrière « né à », « née le 12/03/1980 à »,
« lieu de naissance : », « commune de naissance : » ou « place of birth: », ou dans une
colonne de ce nom. Les communes sont celles du code officiel géographique de l'INSEE
(paquet npm @etalab/decoupage-administratif, Licence Ouverte) ; un lieu hors de la liste
compte aussi derrière ces mots, car on naît aussi à l'étranger. Le département entre
parenthèses en fait partie.`,
	"ccam": `Quatre lettres et trois chiffres (classification commune des actes médicaux, article
L. 162-1-7 du code de la sécurité sociale ; HPRIM XML, codeActe) : topographie (2),
action, accès, puis un compteur. Seules passent les lettres que les codes publiés ont à
chaque place. Pas de clé : faible seul, plus avec l'activité et la phase d'une facture
derrière lui (HHFA001 1 0), vérifié auprès d'un mot ou dans une colonne quand une table
importée a le code.`,
	"cim10": `Classification internationale des maladies (OMS ; édition française et extensions PMSI
de l'ATIH) : une lettre et deux chiffres dans les bornes des chapitres, puis un à trois
caractères de plus, avec ou sans point : E11, E11.9, E119, B24.+0, E711A. Formats de
papier, salles, autoroutes et agents utilisateurs (X11) ont la même forme : un code sans
point ne compte que dans une cellule à part ou derrière un mot comme CIM, diagnostic,
DP, ALD ; tous sont faibles sans un mot, le nom de la colonne ou sa part.`,
	"cip": `CIP13 : 34009, le CIP7, et la clé de contrôle de l'EAN-13 (spécifications générales GS1 ;
club inter pharmaceutique), seul, espacé comme sur les boîtes (34009 300 123 4 5) ou
derrière l'identifiant GTIN d'un Datamatrix (01 0...). CIP7 : (2a+3b+4c+5d+6e+7f) mod 11
est le septième chiffre dans les séries 21, 22, 26 à 28, 31 à 39, 41, 50, 56 à 58 ; les
codes donnés depuis le CIP13 (série 30, une partie de 49 et de 55) n'ont pas de clé. Un
CIP7 est faible sans un mot ou sa colonne.`,
	"civility": `M., Mr, Mme, Mlle, Monsieur, Madame, Mademoiselle devant un nom (voir person_name), ou
dans une colonne de civilités, qui peut aussi avoir Docteur et Maître. Ce sont celles des
formulaires de l'administration (la circulaire n° 5575/SG du 21 février 2012 en a retiré
Mademoiselle ; les fichiers plus anciens l'ont). Seule, elle ne dit rien d'une personne.`,
	"contract_number": `Le numéro de contrat ou de police propre à l'organisme. Sa forme est celle de
l'organisme : sans elle dans la configuration (contract_number), un numéro de cinq à
quinze caractères, dont quatre chiffres, compte derrière « contrat n° » ou « numéro de
contrat » et dans une colonne qui en porte le nom.`,
	"contract_terms": `Produits souscrits, formule, cotisations, dates et mouvements du contrat d'un adhérent,
auprès d'une personne.
La Mutuelle Générale, protection des données : « Données de contrat (produits
souscrits…) ».`,
	"cookie_id": `Le nom connu d'un cookie de session ou de mesure d'audience et une valeur aléatoire de
seize caractères ou plus : PHPSESSID, JSESSIONID, ASP.NET_SessionId, connect.sid, _ga,
_gid, _fbp, _pk_id, csrftoken, sid ; la première paire d'un en-tête Cookie ou Set-Cookie
(RFC 6265). Une empreinte sans un tel nom n'en est pas. Identifiant en ligne (RGPD,
considérant 30).`,
	"dependant_terms": `Qui est couvert avec un adhérent ou en est bénéficiaire, et les mesures de protection
des majeurs (tutelle, curatelle), auprès d'une personne.
Code de la mutualité, art. L. 114-1 ; code civil, art. 425 et suivants.`,
	"driving_licence_fr": `Depuis 2013 deux chiffres, deux lettres et cinq chiffres, comme un passeport ; avant,
douze chiffres : année, mois, département et numéro d'ordre (arrêté du 20 avril 2012 ;
code de la route, art. R. 221-1). Pas de clé : seulement avec un mot proche ou le nom
d'une colonne.`,
	"email": `Une partie locale de 1 à 64 caractères, sans point au début, à la fin ni deux de suite ;
@ ; un domaine de deux étiquettes ou plus, chacune de 1 à 63 lettres, chiffres et traits
d'union, sans trait d'union au début ni à la fin, la dernière étant un domaine de premier
niveau de l'IANA ou en punycode : ce qui sert des RFC 5322 et 6531. %40 vaut @ dans les
URL. Laissés de côté : les parties locales entre guillemets, les adresses IP, les adresses
écrites pour l'œil (« nom [at] domaine [point] fr »). Les adresses de fonction (contact@,
noreply@) ont un score plus bas que celles d'une personne.`,
	"family_terms": `Mariage, PACS, divorce, enfants, séparation et décès dans une famille, auprès d'une
personne.
La Mutuelle Générale, protection des données : « Vie personnelle (habitudes de vie,
situation familiale) ».`,
	"finess": `Neuf caractères : département (01 à 95, 2A, 2B ; 97 avec 1 à 5 en quatrième place ; 98),
numéro, et la clé de contrôle d'ISO/IEC 7812-1 (Luhn). Source : DREES, FINESS ; la clé a
été mesurée sur les numéros publiés de la documentation du SNDS. Ce que vaut la lettre de
la Corse n'est pas publié : ceux-là ne sont contrôlés que par leur forme. Un SIREN a la
même forme : faible sans mot ni colonne. Il désigne un établissement.`,
	"fraud_terms": `Soupçon, enquête et preuve d'une fraude à l'assurance, et listes de personnes, auprès
d'une personne. RGPD, art. 10 (à confirmer par le DPO).
La Mutuelle Générale : « une inscription sur une liste de personnes présentant un
risque de fraude ».`,
	"genetic_terms": `Tests génétiques, mutations, porteurs d'une maladie héréditaire, empreintes digitales et
gabarits, auprès d'une personne.
RGPD, art. 4 (13), 4 (14) et 9 (1) ; code civil, art. 16-10 et suivants.`,
	"geo_coordinates": `Une latitude et une longitude (WGS 84) de quatre décimales ou plus, onze mètres : un
domicile. Paires de décimaux, degrés avec la lettre de l'hémisphère (O vaut Ouest), URI
geo: (RFC 5870), points WKT et GeoJSON (longitude d'abord), colonnes lat et lon, et
décimaux à virgule derrière « latitude » ou « GPS ». Une paire de décimaux seule est
faible : il lui faut un mot, une colonne ou une notation propre.`,
	"health_terms": `Pathologies, traitements, spécialités, hospitalisation et handicap, tels que dossiers et
lettres les nomment, auprès d'une personne.
RGPD, art. 4 (15) et 9 (1) : données concernant la santé, prestations de soins comprises.`,
	"iban": `Deux lettres pour le pays, une clé de deux chiffres (02 à 98) et un numéro de compte de
la structure et de la longueur que le pays a enregistrées (ISO 13616, registre SWIFT) :
15 à 33 caractères. Les quatre premiers reportés à la fin et les lettres comptées de 10
(A) à 35 (Z), le reste de la division par 97 est 1 (ISO/IEC 7064). Un compte français ou
monégasque a en outre la clé du RIB ; fausse, elle abaisse le score. Écrit d'un tenant ou
par groupes de quatre, en capitales ou en minuscules.`,
	"id_card_fr": `Jusqu'en 2021 douze chiffres : année et mois de délivrance, service (département et un
caractère) et numéro d'ordre (décret n° 55-1397). Depuis août 2021 neuf chiffres et
consonnes (règlement (UE) 2019/1157 ; décret n° 2021-279). La clé n'est que dans la zone
de lecture automatique : un numéro compte avec un mot proche, derrière l'intitulé de la
carte, ou dans une colonne qui en porte le nom.`,
	"income_terms": `Salaire, pensions, impôts, dettes et patrimoine de quelqu'un, auprès d'une personne.
La Mutuelle Générale, protection des données : « Informations d'ordre économique et
financier (revenus, situation financière, situation fiscale, etc.) ».`,
	"ipv4": `Quatre nombres de 0 à 255 sans zéro devant, séparés par des points (RFC 6943, section
3.1.1). Les versions et identifiants d'objets, qui se poursuivent par un autre nombre,
sont écartés, comme ce qui suit un nom et une barre oblique, à la manière des versions de
programmes ; de petits nombres (2.3.1.4) sont une version ou un paragraphe, sauf si un
mot, un port ou une colonne en dit plus. Identifiant en ligne (RGPD, considérant 30). Les
adresses de bouclage, privées, locales, de multidiffusion, réservées et de documentation
(RFC 6890) ne désignent personne : elles restent faibles.`,
	"ipv6": `Les formes écrites de la RFC 4291, section 2.2 : huit groupes d'au plus quatre chiffres
hexadécimaux, une suite de groupes nuls écrite « :: », une fin à points facultative. Les
adresses de matériel, heures, portées de C++ (std::) et « :: » seul sont écartés.
Identifiant en ligne (RGPD, considérant 30). Les adresses de bouclage, locales, de
multidiffusion et de documentation (RFC 6890, RFC 9637) ne désignent personne : elles
restent faibles, comme celles hors des blocs attribués par l'IANA.`,
	"job_terms": `Statut, contrat de travail, employeur et carrière de quelqu'un, auprès d'une personne.
La Mutuelle Générale, protection des données : « Fonction, e-mail professionnel,
téléphone professionnel ».`,
	"licence_plate_fr": `SIV, depuis 2009 : deux lettres, 001 à 999, deux lettres ; jamais I, O ni U, jamais SS
(arrêté du 9 février 2009). FNI, avant : un à quatre chiffres, une à trois lettres et un
département. Des codes de produits ont cet aspect : seulement avec un mot proche ou le
nom d'une colonne. Un véhicule désigne une personne indirectement.`,
	"lifestyle_terms": `Tabac, alcool, sport, loisirs, logement et consommation de quelqu'un, tels que
questionnaires et dossiers les notent, auprès d'une personne.
La Mutuelle Générale, protection des données : « Vie personnelle (habitudes de vie,
situation familiale) ».`,
	"litigation_terms": `Réclamations, médiation, mise en demeure, recouvrement, tribunal et recours contre
tiers, auprès d'une personne.
La Mutuelle Générale : « La gestion des réclamations, du précontentieux, du contentieux ».`,
	"login_field": `Une valeur derrière une clé ou un intitulé qui veut dire compte : login=, username: …,
identifiant : …, et les valeurs d'une colonne nommée d'après des comptes. Les mots des
formulaires, variables et types du code source n'en sont pas. Faible par lui-même : un
nom fait de lettres seules ne compte que dans une colonne.`,
	"lpp": `Sept chiffres de la liste des produits et prestations remboursables (arrêté du
26 juin 2003 : « 7 caractères numériques ») ; le dernier est (2a+3b+4c+5d+6e+7f) mod 11,
10 s'écrivant 0, juste pour tous les codes publiés. Un nombre sur onze passe, et l'UCD7 et
les anciens CIP7 ont la même clé : faible sans un mot, le nom de la colonne ou sa part.`,
	"mac_address": `EUI-48 (IEEE 802) : six paires de chiffres hexadécimaux avec un même séparateur, deux-
points ou trait d'union, ou trois groupes de quatre avec des points. Les adresses nulles
et de diffusion sont écartées, les suites plus longues (empreintes, EUI-64) aussi ; les
adresses de groupe ne désignent aucun appareil et restent faibles. Identifiant en ligne
(RGPD, considérant 30).`,
	"medical_terms": `Résultats d'examens, comptes rendus, ordonnances, diagnostics, arrêts de travail et
questionnaires de santé, auprès d'une personne : ce que couvre le secret médical.
Code de la santé publique, art. L. 1110-4 ; code des assurances, art. L. 113-2.`,
	"member_number": `Le numéro propre à la mutuelle, « N° adhérent » de la carte de tiers payant, et le numéro
de client. Sa forme est celle de l'organisme : sans elle dans la configuration
(member_number), un numéro de cinq à quinze caractères, dont quatre chiffres, compte
derrière l'intitulé, quand celui-ci ou un signe dit que c'en est un (« numéro d'adhérent
12345678 », « adhérent : 12345678 », « adh. 12345678 », « n° client 12345678 »), et dans
une colonne qui en porte le nom.`,
	"mrz": `OACI, Doc 9303 : TD3 (passeports, deux lignes de 44), TD2 (deux de 36), TD1 (cartes,
trois de 30), et l'ancienne carte d'identité française (deux de 36 : décret n° 55-1397).
Clés de contrôle du numéro, des dates et de l'ensemble, poids 7, 3, 1, modulo 10 : toutes
doivent être justes. Les lignes peuvent être séparées par des fins de ligne ou des
espaces, et la reconnaissance de caractères peut y avoir mis des espaces.`,
	"nabm": `Quatre chiffres de la nomenclature des actes de biologie médicale (article L. 162-1-7 du
code de la sécurité sociale), complétés par des zéros. Toute année a cette forme : retenu
seulement auprès du coefficient de sa lettre clé (0552 B 6, B40 0552), derrière le mot
NABM, ou quand il remplit une cellule, où seul le nom de la colonne lui donne du poids,
jamais sa part.`,
	"ngap": `Lettres clés de la nomenclature générale des actes professionnels (arrêté du 27 mars
1972) et mnémoniques de prestations, avec un coefficient : AMI 4,5, B 120, AMK 8,3,
SF 12 F. Faible sans un mot, une colonne, un montant ou une date à côté ; une clé qui est
aussi un mot ou une unité (C, K, B, SP, TO, AMO) ne compte que dans une cellule à part ou
auprès d'eux ; une clé sans coefficient seulement dans une cellule, et là dans une colonne
qui en porte le nom ou avec un chiffre tout près ; une lettre seule, jamais.`,
	"nia": `La forme et la clé du NIR, avec un autre premier chiffre : 3 et 4 pour une immatriculation
en cours, 7 et 8 pour un numéro provisoire, hommes et femmes. Source : CNAV et INSEE,
comme pour le NIR. Les premiers chiffres 3 et 4 ont un score plus bas : les validateurs
publics ne les connaissent pas.`,
	"nir": `Treize caractères et une clé : sexe (1 ou 2), année et mois de naissance (01 à 12 ; 20,
30 à 42 et 50 à 99 quand l'état civil est incomplet), département (01 à 96, 2A, 2B, 97 et
98 avec un troisième chiffre, 99 à l'étranger), commune ou pays, numéro d'ordre ; la clé
est 97 moins le reste du numéro divisé par 97, 2A comptant pour 19 et 2B pour 18.
Source : décret n° 82-103 du 22 janvier 1982, INSEE. La commune n'est pas recherchée : le
numéro garde le code de l'année de naissance. Sans sa clé le numéro est faible : trois
nombres de treize chiffres sur quatre qui commencent par 1 ou 2 ont cette forme. Les
premiers chiffres 3, 4, 7 et 8 sont du type nia.`,
	"opposition_terms": `Consentement donné ou retiré, désinscription, opposition au démarchage de quelqu'un,
auprès d'une personne. RGPD, art. 7 et 21 ; code de la consommation, art. L. 223-1.`,
	"passport_fr": `Deux chiffres, deux lettres et cinq chiffres, sans clé hors de la zone de lecture
automatique (règlement (CE) n° 2252/2004 ; décret n° 2005-1726). Des codes de produits
ont la même forme : seulement avec un mot proche ou le nom d'une colonne. Les permis de
conduire depuis 2013 sont numérotés de même : le mot décide.`,
	"password_field": `Une valeur derrière une clé ou un intitulé qui veut dire mot de passe : password=,
"pwd": "…", <password>…</password>, mot de passe : …, mdp=. Valeurs vides, étoiles,
variables (${VAR}, %s, {{…}}), mots de formulaires et appels du code source n'en sont
pas ; une valeur de lettres seules est faible, et sans guillemets ne compte pas. Dans une
colonne nommée d'après des mots de passe, chaque valeur en est un. CNIL, délibération
n° 2022-100 (recommandation sur les mots de passe).`,
	"payment_card": `Douze à dix-neuf chiffres au préfixe et à la longueur d'un réseau (Visa, Mastercard,
American Express, Diners Club, Discover, JCB, UnionPay, Maestro) et la clé de contrôle
d'ISO/IEC 7812-1 (Luhn) ; les cartes CB françaises ont les plages de Visa ou Mastercard.
Écrits d'un tenant, par groupes de quatre, ou en 4 6 5 et 4 6 4. Un chiffre répété, un
instant (aaaammjjhhmmss) et les numéros masqués sont écartés ; quatorze chiffres qui ont
aussi la clé d'un SIREN sont laissés à siret.`,
	"person_name": `Des mots à capitale dont quelque chose dit qu'ils sont un nom : une civilité ou un titre
devant (M. DUPONT Jean, Mme Marie-Claire LE GOFF, Docteur Martin ; en minuscules derrière
mme, mlle et, quand la phrase se poursuit en français, mr et dr), un intitulé (Nom :,
Prénom :, Assuré :, Patient :, je soussigné), un assuré au nom en capitales (l'assurée
Zoé MARTIN), une famille (la famille Martin), la ligne derrière une formule de politesse
(Cordialement,), le nom de la colonne, ou un prénom auprès d'un nom, dans les deux ordres.
Les particules (de, du, la, Le, d'), traits d'union, apostrophes et accents en font
partie. Les prénoms sont une liste française et de courtes listes d'autres langues
(paquets npm gender-detection-from-name et @faker-js/faker, tous deux MIT) ; un nom hors
de toute liste a besoin d'un des autres indices. Rues, écoles et hôpitaux qui portent le
nom de quelqu'un, entreprises, produits et titres ne sont pas des noms. Une colonne de
noms et une de prénoms à côté font une seule personne. La partie locale d'une adresse
électronique appartient à l'adresse.`,
	"phone_fr": `Dix chiffres, 01 à 09 devant, le 0 ou les deux premiers entre parenthèses ou non ; en
forme internationale +33 ou 0033 et neuf chiffres, avec ou sans (0) ; outre-mer +262,
+590, +594, +596 et neuf chiffres, +508, +681 et +687 et six, +689 et huit. Source :
ARCEP, décisions 2018-0881 et 2022-1583. Les numéros de mobile comptent seuls ; les
autres demandent des groupes, un mot ou une colonne ; les 08 et les plages des
plateformes, qui sont à des organismes, ont un score plus bas. Cinq paires qui montent
pas à pas sont une liste ou des dates, et écartées. Des chiffres sans 0 ni + sont faibles.`,
	"phone_intl": `+ ou 00, un indicatif de pays de la liste de l'UIT, et un numéro national d'une longueur
qui existe dans ce pays : 15 chiffres au plus (UIT-T E.164). La France et ses outre-mer
sont du type phone_fr. 00 sans séparateurs est aussi bien un nombre complété de zéros :
faible, sauf pour les pays voisins. Sans + ni 00, seuls les numéros de ceux-ci, et
seulement avec un mot ou une colonne.`,
	"postal_address_fr": `Un code postal de cinq chiffres suivi du nom de sa commune (code officiel géographique
de l'INSEE et codes postaux de La Poste, du paquet npm @etalab/decoupage-administratif,
Licence Ouverte ; ST et STE pour SAINT et SAINTE, articles et arrondissements omis, CEDEX
derrière toute commune), et devant lui, sur la même ligne ou les trois d'avant, le nom
d'une voie (rue, avenue, bd, chemin, lieu-dit, BP, CS) avec son numéro (bis, ter) :
NF Z10-011. Une ville hors de la liste ne compte que derrière un numéro et une voie. Un
code postal et sa commune seuls ne sont pas une adresse ; dans une colonne d'adresses,
chaque cellule qui peut en être une l'est.`,
	"profile_terms": `Scores, segments, appétence, attrition et moments de vie attribués à quelqu'un, auprès
d'une personne. RGPD, art. 4 (4) et 22.
La Mutuelle Générale, protection des données : « Données de profils ».`,
	"recruitment_terms": `Candidatures, CV, entretiens et leur issue, auprès d'une personne.
La Mutuelle Générale : « traiter les candidatures, assurer le suivi des entretiens ».`,
	"reimbursement_terms": `Décomptes, parts du régime obligatoire et de la complémentaire, tiers payant et
indemnités journalières, auprès d'une personne.
Harmonie Mutuelle, l'utilisation et la protection des données : « celles générées par
la gestion du contrat (remboursements de soins, versements d'indemnités) ».`,
	"residence_permit_fr": `Le numéro d'étranger de dix chiffres (AGDREF : CESEDA, art. R. 142-11) ou le numéro du
document, neuf ou dix lettres et chiffres (règlement (CE) n° 1030/2002). Pas de clé hors
de la zone de lecture automatique : seulement derrière son intitulé, avec un mot proche,
ou dans une colonne qui en porte le nom.`,
	"rib": `Banque (5 chiffres), guichet (5 chiffres), compte (11 lettres ou chiffres), clé
(2 chiffres, 01 à 97) : 97 moins le reste de 89 banque + 15 guichet + 3 compte divisé par
97, les lettres du compte comptées comme des chiffres (A J 1, B K S 2, ... I R Z 9).
Chaque partie peut suivre son intitulé : code banque, code guichet, compte, clé. Source :
CFONB, relevé d'identité bancaire. Des groupes de 5, 5, 11 et 2 parlent pour lui ;
vingt-trois caractères d'un tenant sont possibles sans mot ni colonne.`,
	"rights_request_terms": `Demandes d'accès, de rectification, d'effacement et de portabilité faites par quelqu'un,
et les réponses, auprès d'une personne. RGPD, art. 15 à 22 ; loi n° 78-17, art. 85.`,
	"rpps": `Onze chiffres, le dernier étant la clé de contrôle d'ISO/IEC 7812-1 (Luhn), jamais tous
nuls. Source : arrêté du 6 février 2009, ANS. Les numéros observés commencent par 10, les
autres ont un score plus bas. L'identifiant national des échanges (IDNPS : CDA, HL7,
MSSanté) met un 8 devant : douze chiffres.`,
	"secret": `Clés privées (RFC 7468, OpenSSH), jetons JSON web (RFC 7519), jetons reconnus à leur début
publié (AWS, GitHub avec son CRC-32, GitLab, Slack, Stripe, Google, npm et d'autres),
empreintes de mots de passe (bcrypt, Argon2, crypt(3), NTLM derrière une moitié LM vide),
URL avec un mot de passe (RFC 3986, 3.2.1), et valeurs aléatoires derrière une clé qui dit
secret, token ou key. Variables, gabarits et étoiles n'en sont pas.`,
	"sex": `M, F, H, 1, 2 (premier chiffre du NIR : 1 hommes, 2 femmes), 0 et 9 (ISO/IEC 5218 :
inconnu, sans objet) laissés de côté, masculin, féminin, homme, femme dans une colonne de
ce nom ou derrière l'intitulé Sexe.`,
	"signature_block": `La formule de politesse d'une lettre ou d'un message (Cordialement, Bien à vous,
salutations distinguées, Sincerely) avec derrière elle, au plus trois lignes plus bas, une
ligne qui est un nom : un prénom auprès d'un nom, ou une civilité et un nom.
L'occurrence est la formule ; le nom, le téléphone et l'adresse du bloc sont des
occurrences à part.`,
	"siren": `Neuf chiffres, le dernier étant la clé de contrôle d'ISO/IEC 7812-1 (Luhn), jamais tous
nuls. Source : code de commerce, art. R. 123-221 ; INSEE. Écrits d'un tenant ou en trois
groupes de trois. Un nombre sur dix passe : faible sans mot ni colonne. Il désigne un
organisme : une personne seulement si c'est un entrepreneur individuel.`,
	"siret": `Un SIREN et cinq chiffres de l'établissement (NIC), quatorze en tout, avec la clé de
contrôle d'ISO/IEC 7812-1 (Luhn) sur neuf et sur quatorze. Source : code de commerce,
art. R. 123-221 ; INSEE. Les établissements de La Poste (SIREN 356000000), siège excepté,
ont à la place une somme de chiffres multiple de cinq. Quatorze chiffres qui se lisent
comme un instant (aaaammjjhhmmss) sont écartés.`,
	"social_aid_terms": `Complémentaire santé solidaire et ce qui l'a précédée, minima sociaux, secours
exceptionnels et action sociale, auprès d'une personne.
Code de la sécurité sociale, art. L. 861-1 ; code de l'action sociale et des familles.`,
	"survey_terms": `Réponses, notes et verbatims de quelqu'un, grilles d'écoute d'appels, auprès d'une
personne.
Malakoff Médéric, protection des données : « les résultats des enquêtes de
satisfaction sont conservés pendant 18 mois ».`,
	"tax_number_fr": `Treize chiffres, le premier de 0 à 3 ; les trois derniers sont les dix premiers modulo
511. Écrits d'un tenant ou en 2 2 3 3 3. Source : DGFiP ; Commission européenne, TIN
France. Un nombre sur deux mille passe. Les codes de médicaments (34009...) ne sont jamais
des numéros fiscaux ; un code-barres français juste et un instant en millisecondes
abaissent le score.`,
	"ucd": `UCD7 : 9 et six chiffres, le dernier étant (2a+3b+4c+5d+6e+7f) mod 11, juste pour tous les
codes des listes remboursées. UCD13 : 34008, l'UCD7, la clé de contrôle de l'EAN-13
(spécifications générales GS1), ou l'UCD7 complété de zéros à treize chiffres. Un UCD7 est
faible sans un mot, le nom de sa colonne ou sa part : un nombre sur onze passe et le LPP a
la même clé.`,
	"vat_fr": `FR, une clé de deux caractères et un SIREN. Une clé de chiffres est (12 + 3 SIREN) modulo
97 ; une clé avec des lettres (jamais I ni O) est contrôlée modulo 11. Source : code
général des impôts, art. 286 ter ; Commission européenne, VIES. Les numéros de Monaco ont
000 à la place des trois premiers chiffres et pas de SIREN : leur score est plus bas.`,
}
