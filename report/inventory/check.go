package inventory

import (
	"time"

	"recense/detectors"
)

// Check is what people said of detections that they looked at (domain/register.md
// F.11), added up by detector, version and column of a location. It holds no value.
type Check struct {
	Detector            string
	Version             uint16
	Element             string // masked
	Real, False, Unsure int64
	At                  time.Time // of the last answer
	Account             string    // that gave it
}

// Rate returns the share of real data among the detections that were decided; false
// when none was.
func (c *Check) Rate() (float64, bool) {
	if c.Real+c.False == 0 {
		return 0, false
	}
	return float64(c.Real) / float64(c.Real+c.False), true
}

// Readable returns c as the audience of the inventory may read it: a reserved detector
// reads its placeholder, and what is most secret has no column.
func (inv *Inventory) Readable(c Check) Check {
	d := inv.tax.Detector(detectors.Kind(c.Detector))
	if d == nil {
		return c
	}
	if a := inv.tax.Reserved(d.Category, inv.audience.ID); a != nil {
		c.Detector = a.Placeholder
		if Secret(d.Category) {
			c.Element = ""
		}
	}
	return c
}
