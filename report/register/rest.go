package register

import (
	"slices"
	"time"

	"recense/report/inventory"
	"recense/scanner"
)

// Rest returns the verdicts that concern no single location: sources that the
// run did not read or whose country is unknown, and what is declared and was not
// found. It is called after every location was observed. id gives the identifier
// of a source: that of its empty path.
func (r *Reconciler) Rest(id func(source string) scanner.ID) []inventory.Verdict {
	var out []inventory.Verdict
	for i := range r.reg.Sources {
		s := &r.reg.Sources[i]
		p := r.sourcePlace(s, id)
		switch {
		case !r.read[s.ID]:
			v := inventory.Verdict{Kind: "source_not_scanned", Status: Info}
			if r.keepsSensitive(s.ID) {
				v.Severity = "modere"
			}
			p.add(v, "date", r.lastRead(s.ID))
		case s.Country == "":
			p.add(inventory.Verdict{Kind: "country_unknown", Status: ToConfirm})
		}
		out = append(out, p.ended()...)
	}
	for i := range r.reg.Processings {
		out = append(out, r.notFound(&r.reg.Processings[i], id)...)
	}
	return out
}

// lastRead is the day on which a source was last read, in French and English.
func (r *Reconciler) lastRead(source string) [2]string {
	if r.LastRead != nil {
		if at := r.LastRead(source); !at.IsZero() {
			return [2]string{Day(at).Format("02/01/2006"), Day(at).Format(time.DateOnly)}
		}
	}
	return [2]string{"jamais", "never"}
}

func (r *Reconciler) sourcePlace(s *RegisterSource, id func(string) scanner.ID) *place {
	l := &inventory.Location{}
	l.ID, l.Source, l.URI, l.Persons = id(s.ID), s.ID, s.URI, inventory.Unknown
	return &place{Reconciler: r, l: l, source: s, rank: NotAssessed}
}

// ended finishes the verdicts of a place that is no location.
func (p *place) ended() []inventory.Verdict {
	for i := range p.verdicts {
		p.finish(&p.verdicts[i])
	}
	return p.verdicts
}

// keepsSensitive reports whether a processing keeps a sensitive category there.
func (r *Reconciler) keepsSensitive(source string) bool {
	return slices.ContainsFunc(r.reg.Processings, func(p Processing) bool {
		return sensitive(r.tax, p.Declared) && slices.ContainsFunc(p.Locations, func(l LocationRef) bool { return l.Source == source })
	})
}

// notFound tells the categories that a processing declares and that no location
// of it holds, once every one of them was read whole.
func (r *Reconciler) notFound(p *Processing, id func(string) scanner.ID) []inventory.Verdict {
	if r.unread[p.Ref] || len(p.Locations) == 0 {
		return nil
	}
	for _, l := range p.Locations {
		if !r.read[l.Source] {
			return nil // a source that was not read may hold it
		}
	}
	at := r.sourcePlace(r.reg.Source(p.Locations[0].Source), id)
	for _, category := range p.Declared {
		if !r.found[pair{p.Ref, category}] {
			// The processing is part of what is said: without it two processings
			// of one source would share a verdict.
			at.add(inventory.Verdict{Kind: "declared_not_found", Status: Info, Category: category, Processing: p.Ref, Rule: p.Ref}, "ref", p.Ref)
		}
	}
	return at.ended()
}
