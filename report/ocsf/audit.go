package ocsf

import (
	"encoding/json"
	"io"
	"time"
)

// classEntity is Entity Management: somebody read or changed something that is managed.
const classEntity = 3004

// Activities of that class.
const (
	entityRead   = 2
	entityUpdate = 3
	entityDelete = 4
)

// changes are the events of the audit file that change something; the others read.
var changes = map[string]int{"access": entityUpdate, "exceptions": entityUpdate, "prune": entityDelete}

// Audit is an event of the audit file: who did what, with names, references and counts.
type Audit struct {
	Time    time.Time
	Account string
	Event   string
	Facts   map[string]any
	UID     string // of the event: the hash of its line
}

// entityEvent is an Entity Management event.
type entityEvent struct {
	Event
	Actor  actor  `json:"actor"`
	Entity entity `json:"entity"`
}

type actor struct {
	User user `json:"user"`
}

type user struct {
	Name string `json:"name"`
}

// entity is what was read or changed: of no type that the schema knows (99).
type entity struct {
	Name   string         `json:"name"`
	Type   string         `json:"type"`
	TypeID int            `json:"type_id"`
	Data   map[string]any `json:"data,omitempty"`
}

// WriteAudit writes an event of the audit file as a line of JSON. version is that of the
// program.
func WriteAudit(w io.Writer, version string, a *Audit) error {
	activity := changes[a.Event]
	if activity == 0 {
		activity = entityRead
	}
	e := entityEvent{Actor: actor{user{a.Account}}, Entity: entity{a.Event, "recense command", 99, a.Facts}}
	e.Event = Event{Activity: activity, Category: classEntity / 1000, Class: classEntity, Type: classEntity*100 + activity, Severity: 1, Time: ms(a.Time),
		Metadata: metadata{Version, product{"recense", "recense", version}, a.UID}, Status: 1, Message: "recense " + a.Event}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(e)
}
