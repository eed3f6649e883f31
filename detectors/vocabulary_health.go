package detectors

// healthTerms are the words of a state of health, of care and of disability.
var healthTerms = Detector{
	Kind: "health_terms",
	Doc: `vocabulaire de santé / words of health
Pathologies, treatments, specialties, hospital and disability, as files and
letters name them, beside a person.
RGPD, art. 4 (15) and 9 (1): data concerning health, the provision of care included.`,
	Max: Possible, Placeholder: "[SANTE]", HideLength: true,
	Terms: []string{
		// Hospital and care.
		"hospitalisation", "hospitalise", "hospitalisation a domicile", "hospitalisation de jour", "sejour hospitalier", "reanimation", "soins intensifs", "service d urgences", "passage aux urgences",
		"soins palliatifs", "soins de suite", "soins de support", "soins infirmiers", "maison de repos", "convalescence", "reeducation fonctionnelle", "cure thermale", "chirurgie ambulatoire",
		"intervention chirurgicale", "acte chirurgical", "operation chirurgicale", "suites operatoires", "post operatoire", "anesthesie generale", "centre de reeducation", "hopital de jour", "transport sanitaire",
		"ambulance", "ehpad", "unite de soins", "service de cardiologie", "service d oncologie", "service de psychiatrie", "clinique psychiatrique",
		// Specialties.
		"cardiologie", "cardiologue", "oncologie", "oncologue", "cancerologue", "psychiatre", "pedopsychiatre", "pedopsychiatrie", "psychiatrie", "psychotherapie", "psychotherapeute", "neurologue", "neurologie", "nephrologue", "nephrologie",
		"rhumatologue", "rhumatologie", "dermatologue", "gynecologue", "gynecologie", "obstetrique", "urologue", "urologie", "pneumologue", "pneumologie", "hematologue", "hematologie", "endocrinologue",
		"diabetologue", "gastro enterologue", "gastroenterologue", "ophtalmologiste", "ophtalmologue", "kinesitherapeute", "kinesitherapie", "orthophoniste", "orthophonie", "podologue", "sage femme", "addictologue", "addictologie",
		"orthodontie", "orthodontiste", "stomatologue", "allergologue", "geriatre", "pediatre", "radiotherapeute", "chirurgien",
		// Conditions.
		"diabete", "diabetique", "cancer du sein", "cancer du colon", "cancer de la prostate", "cancer du poumon", "cancer colorectal", "cancer bronchique", "cancer de l ovaire", "cancer metastatique", "cancer de la thyroide", "cancer de la peau",
		"cancereux", "melanome", "leucemie", "lymphome", "myelome", "metastase", "carcinome", "adenocarcinome", "sarcome", "glioblastome", "tumeur", "asthme", "asthmatique", "bronchite chronique", "bpco", "emphyseme", "pneumonie",
		"embolie pulmonaire", "phlebite", "thrombose", "hypertension arterielle", "hypertension", "hta", "infarctus", "angine de poitrine", "angor", "fibrillation auriculaire", "fibrillation", "arythmie", "stent", "pacemaker", "stimulateur cardiaque",
		"depression", "depression nerveuse", "depression severe", "depressif", "syndrome depressif", "etat depressif", "episode depressif", "burn out", "epuisement professionnel", "trouble anxieux", "troubles anxieux", "anxiete", "crise d angoisse", "attaque de panique",
		"tentative de suicide", "suicidaire", "bipolaire", "schizophrene", "anorexie", "boulimie", "trouble du comportement alimentaire", "autisme", "autiste", "trouble du spectre autistique", "tdah", "dyslexie", "dyspraxie",
		"hyperactivite", "epilepsie", "epileptique", "migraine", "nevralgie", "sciatique", "lombalgie", "lumbago", "hernie discale", "hernie inguinale", "arthrose", "arthrite", "osteoporose", "fibromyalgie", "tendinite", "syndrome du canal carpien",
		"fracture", "entorse", "luxation", "prothese de hanche", "prothese de genou", "amputation", "ampute", "escarre", "eczema", "psoriasis", "urticaire", "zona", "allergie", "allergique", "choc anaphylactique", "maladie coeliaque",
		"hepatite", "hepatite b", "hepatite c", "steatose", "pancreatite", "appendicite", "colopathie", "reflux gastrique", "reflux gastro oesophagien", "ulcere", "gastrite", "calcul renal", "colique nephretique", "dialyse", "hemodialyse", "lithiase",
		"hypothyroidie", "hyperthyroidie", "maladie de basedow", "goitre", "obesite", "obesite morbide", "surpoids", "denutrition", "anemie", "hypercholesterolemie", "cholesterol", "goutte articulaire", "cataracte", "glaucome", "dmla", "degenerescence maculaire",
		"retinopathie", "surdite", "malentendant", "acouphene", "appareillage auditif", "aide auditive", "appareil auditif", "appareils auditifs", "cecite", "malvoyant", "myopie", "presbytie", "endometriose", "fibrome", "salpingite", "menopause", "grossesse", "grossesse pathologique",
		"enceinte", "fausse couche", "ivg", "interruption volontaire de grossesse", "pma", "fiv", "fecondation in vitro", "procreation medicalement assistee", "accouchement", "cesarienne", "prematurite", "prematuree", "infertilite", "sterilite",
		"contraception", "sterilet", "maladie sexuellement transmissible", "infection sexuellement transmissible", "syphilis", "covid long", "covid", "grippe", "varicelle", "rougeole", "meningite", "septicemie", "infection nosocomiale", "maladie de lyme",
		"maladie de charcot", "sclerose laterale amyotrophique", "maladie de huntington", "maladie orpheline", "maladie rare", "maladie chronique", "maladie professionnelle", "syndrome d ehlers danlos", "trisomie 21", "trisomie", "spina bifida",
		"toxicomanie", "toxicomane", "alcoolisme", "alcoolique", "alcoolodependance", "sevrage", "cure de desintoxication", "addiction", "apnee du sommeil", "trouble du sommeil", "insomnie", "vertige", "malaise cardiaque", "coma", "traumatisme cranien",
		// Treatments.
		"chimiotherapie", "radiotherapie", "immunotherapie", "hormonotherapie", "curietherapie", "insuline", "insulinotherapie", "antidepresseur", "anxiolytique", "neuroleptique", "antipsychotique", "methadone", "anticoagulant", "corticoide",
		"corticotherapie", "antibiotique", "antiretroviral", "tritherapie", "morphine", "greffe", "transfusion", "vaccination", "vaccin", "traitement medical", "traitement de fond", "traitement medicamenteux", "posologie", "fauteuil roulant",
		"lit medicalise", "oxygenotherapie", "pompe a insuline", "appareil de ppc", "pression positive continue", "prothese dentaire", "implant dentaire", "appareil dentaire", "semelles orthopediques", "bas de contention",
		// As notes of calls and prescriptions say it.
		"chimio", "kine", "gyneco", "suivi psy", "chez le psy", "chez un psy", "suivi psychologique", "consultation psychologique", "seances de psychologue", "chez le psychologue", "chez la psychologue", "burnout", "accident de travail",
		"opere du genou", "operee du genou", "operee du dos", "operee de la hanche", "operee de la cataracte", "opere du dos", "opere du coeur", "opere de la hanche", "opere de la cataracte", "opere de la prostate", "opere de l epaule", "operation du genou", "operation du dos", "operation du coeur",
		"operation de la hanche", "operation de la cataracte", "operation de l epaule", "genou opere", "faire un avc", "fait un avc", "suite a un avc", "victime d un avc", "sequelles d avc", "scoliose", "se faire operer", "doit etre opere", "vient d etre opere", "pontage coronarien", "double pontage", "triple pontage", "quadruple pontage",
		"arret cardiaque", "chirurgie bariatrique", "sleeve gastrectomie", "bypass gastrique", "anneau gastrique", "obese", "hypertendu", "probleme de thyroide", "ablation de la thyroide", "atteint d un cancer", "souffre d un cancer", "soigne pour un cancer", "cancer sein",
		"cancer prostate", "cancer colon", "cancer poumon", "cancer stade", "couronne dentaire", "couronne ceramique", "inlay core", "bridge dentaire",
		"levothyrox", "xanax", "seroplex", "lexomil", "valium", "prozac", "zoloft", "deroxat", "effexor", "laroxyl", "depakine", "lyrica", "tramadol", "subutex", "ritaline", "humira", "metformine", "ozempic", "wegovy", "ventoline",
		"methotrexate", "viagra", "cialis", "kardegic", "plavix", "eliquis", "xarelto", "previscan", "crestor", "imovane", "stilnox", "risperdal", "zyprexa", "abilify", "keppra", "lamictal", "tegretol", "rivotril", "skenan", "oxycontin",
		"truvada", "biktarvy", "triumeq", "herceptin", "keytruda", "tamoxifene", "levothyroxine", "prednisone", "solupred", "cortancyl", "champix",
		// Disability and dependence.
		"handicap", "handicape", "rqth", "travailleur handicape", "reconnaissance de la qualite de travailleur handicape", "aah", "allocation adulte handicape", "allocation aux adultes handicapes", "aeeh", "mdph", "maison departementale des personnes handicapees",
		"prestation de compensation du handicap", "taux d incapacite", "invalidite", "pension d invalidite", "incapacite permanente", "incapacite temporaire", "inaptitude medicale", "mi temps therapeutique", "temps partiel therapeutique", "perte d autonomie", "dependance iso ressources",
		"gir 1", "gir 2", "gir 3", "gir 4", "carte mobilite inclusion", "carte d invalidite", "accident du travail", "conge maternite", "conge de longue maladie", "conge longue duree", "auxiliaire de vie", "tierce personne",
		// English.
		"diabetic", "breast cancer", "heart attack", "stroke patient", "hiv positive", "pregnant", "disabled worker", "medical condition", "chronic illness",
	},
	Not: []string{
		"garantie hospitalisation", "forfait hospitalisation", "assurance hospitalisation", "indemnite hospitalisation", "option hospitalisation", "frais d hospitalisation", "hospitalisation chambre particuliere", "poste hospitalisation",
		"signe du cancer", "tropique du cancer", "ligue contre le cancer", "institut national du cancer", "octobre rose cancer", "cancer ascendant", "ascendant cancer", "horoscope cancer",
		"rue de la grossesse", "enceinte fortifiee", "enceinte acoustique", "enceintes acoustiques", "enceinte bluetooth", "enceinte connectee", "dans l enceinte", "enceinte de l", "enceinte du", "enceinte des", "enceinte de l etablissement", "enceinte sportive",
		"fracture numerique", "fracture sociale", "referent handicap", "mission handicap", "association handicap", "handicap international", "accord handicap", "depression atmospherique", "depression economique", "depression du marche", "assurance dependance", "garantie invalidite", "garantie incapacite",
		"assurance invalidite", "campagne de vaccination", "centre de vaccination", "grippe aviaire", "rue de l hopital", "rue de la clinique", "avenue de l hopital", "place de l hopital", "boulevard de l hopital", "chemin de l hopital",
		"virus informatique", "greffe du tribunal", "greffe du conseil", "greffe de commerce", "greffe de vigne",
		"kine du sport", "cabinet de kine",
		"greffe du pole", "greffe civil", "greffe penal", "pole handicap", "handicap au golf", "goutte d eau",
	},
	Columns: []string{"pathologie", "maladie", "handicap", "rqth", "mdph", "aah", "traitement medical", "allergie", "etat de sante", "antecedent", "hospitalisation", "motif hospitalisation", "invalidite", "taux invalidite", "categorie invalidite", "grossesse", "specialite medicale", "medicament", "nature des soins", "type handicap", "pathology", "disability", "allergies", "medication"},
}
