package hl7

// labels say what components hold (HL7 2.5, chapters 3, 6, 7; IHE PAM in France; the segment P of
// HPRIM, which is that of ASTM E1394).
var labels = map[string]string{
	"PID-3.1": "identifiant patient", "PID-5.1": "nom", "PID-5.2": "prenom", "PID-5.3": "prenoms", "PID-6.1": "nom de naissance",
	"PID-7.1": "date de naissance", "PID-8.1": "sexe", "PID-9.1": "nom", "PID-9.2": "prenom",
	"PID-11.1": "adresse", "PID-11.3": "ville", "PID-11.5": "code postal", "PID-11.6": "pays",
	"PID-13.1": "telephone", "PID-13.4": "email", "PID-14.1": "telephone", "PID-18.1": "numero de dossier", "PID-19.1": "nir", "PID-23.1": "lieu de naissance",
	"P-5.1": "nom", "P-5.2": "prenom", "P-6.1": "nom de naissance", "P-7.1": "date de naissance", "P-8.1": "sexe",
	"P-10.1": "adresse", "P-10.3": "ville", "P-10.5": "code postal", "P-12.1": "telephone",
	"NK1-2.1": "nom", "NK1-2.2": "prenom", "NK1-4.1": "adresse", "NK1-4.3": "ville", "NK1-4.5": "code postal", "NK1-5.1": "telephone", "NK1-6.1": "telephone", "NK1-16.1": "date de naissance",
	"PV1-7.1": "rpps", "PV1-7.2": "nom medecin", "PV1-7.3": "prenom medecin", "PV1-8.1": "rpps", "PV1-8.2": "nom medecin", "PV1-8.3": "prenom medecin",
	"PV1-9.1": "rpps", "PV1-9.2": "nom medecin", "PV1-17.1": "rpps", "PV1-17.2": "nom medecin", "PV1-19.1": "numero de sejour",
	"ROL-4.1": "rpps", "ROL-4.2": "nom medecin", "ROL-4.3": "prenom medecin",
	"GT1-3.1": "nom", "GT1-3.2": "prenom", "GT1-5.1": "adresse", "GT1-6.1": "telephone", "GT1-8.1": "date de naissance", "GT1-12.1": "nir",
	"IN1-4.1": "organisme", "IN1-16.1": "nom assure", "IN1-16.2": "prenom assure", "IN1-18.1": "date de naissance", "IN1-19.1": "adresse",
	"IN1-36.1": "numero contrat", "IN1-49.1": "identifiant assure", "IN2-2.1": "nir",
	"DG1-3.1": "code diagnostic cim10", "DG1-3.2": "libelle diagnostic", "DG1-4.1": "libelle diagnostic", "PR1-3.1": "code acte ccam", "PR1-3.2": "libelle acte",
	"AL1-3.2": "allergie", "OBX-3.2": "analyse", "OBX-5.1": "resultat", "NTE-3.1": "commentaire", "FT1-25.1": "code acte ccam",
}
