package words

import (
	"fmt"
	"strings"
)

// Measure is how a detector did on labelled synthetic documents: percentages.
type Measure struct {
	Precision, Recall float64
	Labels            int64
}

// Measured says how precise and complete a detector was when it was last measured;
// "" for one that was not.
func Measured(lang, detector string) string {
	m, ok := measured[detector]
	if !ok {
		return ""
	}
	text := fmt.Sprintf(pair{"précision %.2f %%, rappel %.2f %% sur %d valeurs synthétiques", "precision %.2f%%, recall %.2f%% over %d synthetic values"}.in(lang), m.Precision, m.Recall, m.Labels)
	if lang != "en" {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// MeasuredWhen says when and on what detectors were measured.
func MeasuredWhen(lang string) string {
	y, md, _ := strings.Cut(measuredOn, "-")
	m, d, _ := strings.Cut(md, "-")
	if lang == "en" {
		return fmt.Sprintf("Precision and recall of the detectors were measured on %s, over %d synthetic documents; real documents may do otherwise, and recense verify tells the rate of confirmation of your own.", measuredOn, measuredDocuments)
	}
	return fmt.Sprintf("Précision et rappel des détecteurs ont été mesurés le %s/%s/%s, sur %d documents synthétiques ; vos documents peuvent s'en écarter, et recense verify donne le taux de confirmation sur les vôtres.", d, m, y, measuredDocuments)
}
