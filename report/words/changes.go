package words

// changes word what can differ about places between two runs (domain/register.md D.3),
// by the kinds of report/inventory.
var changes = map[string]pair{
	"place_new":       {"Emplacement nouveau", "New place"},
	"place_gone":      {"Emplacement disparu", "Place gone"},
	"place_not_seen":  {"Emplacement non revu, rien ne dit qu'il a disparu", "Place not seen, nothing says that it is gone"},
	"place_moved":     {"Emplacement déplacé", "Place moved"},
	"place_changed":   {"Contenu modifié", "Content changed"},
	"category_new":    {"Catégorie apparue", "Category found"},
	"category_lost":   {"Catégorie plus trouvée", "Category no longer found"},
	"access_wider":    {"Accès élargi", "Access wider"},
	"access_narrower": {"Accès restreint", "Access narrower"},
}

// Change words a kind of change about places; "" for one about verdicts.
func Change(lang, kind string) string {
	p, ok := changes[kind]
	if !ok {
		return ""
	}
	return p.in(lang)
}
