package msg

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"recense/sources/files/cfb"
	"recense/sources/files/codepage"
)

// The types of properties (MS-OXCDATA 2.11.1).
const (
	typeNarrow = 0x001E
	typeWide   = 0x001F
	typeTime   = 0x0040
	typeBinary = 0x0102
	typeLong   = 0x0003
	multiple   = 0x1000
)

// property is one that holds a text, a time or a number.
type property struct {
	id     uint16
	text   string
	narrow []byte // the text, until its code page is known
	number uint64
}

// maxText bounds the text of a property that is a field, in bytes; bodies have no
// bound.
const maxText = 256 << 10

// maxProperties bounds the properties of a message, a recipient or an attachment.
const maxProperties = 10_000

// large are the properties that are read apart.
var large = map[uint16]bool{0x1000: true, 0x1013: true, 0x1009: true, 0x007D: true}

// properties returns the properties of a storage, by rising number; fixed is the
// length of what stands in front of those of fixed size.
func (m *message) properties(storage string, fixed int) []property {
	var all []property
	for _, s := range m.storages[storage] {
		name := s.Path[strings.LastIndexByte(s.Path, '/')+1:]
		if name == "__properties_version1.0" {
			all = append(all, m.fixed(s, fixed)...)
			continue
		}
		id, kind, ok := tagOf(name)
		if !ok || large[id] || len(all) > maxProperties {
			continue
		}
		switch kind &^ multiple {
		case typeWide:
			b, err := s.Bytes(2 * maxText)
			m.damage(err)
			all = append(all, property{id: id, text: codepage.Wide(b)})
		case typeNarrow:
			b, err := s.Bytes(maxText)
			m.damage(err)
			all = append(all, property{id: id, narrow: b})
		}
	}
	slices.SortStableFunc(all, func(a, b property) int { return int(a.id) - int(b.id) })
	return all
}

// tagOf reads number and type from the name of a stream. Those of several values
// have a stream for each, and one for their lengths.
func tagOf(name string) (id uint16, kind uint16, ok bool) {
	rest, ok := strings.CutPrefix(name, "__substg1.0_")
	if !ok || len(rest) < 8 {
		return 0, 0, false
	}
	tag, err := strconv.ParseUint(rest[:8], 16, 32)
	if err != nil {
		return 0, 0, false
	}
	id, kind = uint16(tag>>16), uint16(tag)
	return id, kind, kind&multiple == 0 || len(rest) > 8
}

// fixed reads the stream of properties of fixed size (MS-OXMSG 2.4). Messages
// within messages have a shorter beginning.
func (m *message) fixed(s *cfb.Stream, skip int) (all []property) {
	b, err := s.Bytes(16*maxProperties + 32)
	m.damage(err)
	if skip == 32 && len(b)%16 >= 8 { // a checksum may stand behind
		skip = 24
	}
	for at := skip; at+16 <= len(b); at += 16 {
		p := property{id: uint16(word(b, at) >> 16), number: uint64(word(b, at+8)) | uint64(word(b, at+12))<<32}
		switch word(b, at) & 0xFFFF {
		case typeTime:
			p.text = moment(p.number)
		case typeLong:
			p.number &= 0xFFFFFFFF
		default:
			continue
		}
		all = append(all, p)
	}
	return all
}

// moment writes a count of 100 ns since 1601; nothing when it is none.
func moment(n uint64) string {
	seconds := int64(n/1e7) - 11644473600
	if n == 0 || seconds > 253402300799 || seconds < -11644473600 {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format("2006-01-02 15:04:05")
}

func (m *message) stream(storage string, id, kind uint16) *cfb.Stream {
	if storage != "" {
		storage += "/"
	}
	return m.file.Stream(fmt.Sprintf("%s__substg1.0_%04X%04X", storage, id, kind))
}

// textOf returns a text as UTF-8, nil when there is none.
func (m *message) textOf(storage string, id uint16) io.Reader {
	if s := m.stream(storage, id, typeWide); s != nil {
		return codepage.NewReader(codepage.UTF16, s.Reader())
	}
	if s := m.stream(storage, id, typeNarrow); s != nil {
		return codepage.NewReader(m.page, s.Reader())
	}
	return nil
}

// known are the names of properties (MS-OXPROPS): those that mails have a field
// for bear its name. Empty ones say again what others do, or nothing.
var known = map[uint16]string{
	0x001A: "", 0x003D: "", 0x0070: "", 0x0E1D: "", 0x3FF1: "", 0x3FFD: "", 0x3FDE: "", 0x0E07: "", 0x1080: "", 0x0017: "", 0x0026: "", 0x0036: "",
	0x3FF7: "", 0x0E08: "", 0x3008: "", 0x3007: "", 0x0064: "", 0x0C1E: "", 0x0075: "", 0x0077: "", 0x3002: "",
	0x0037: "Subject", 0x0C1A: "From", 0x0C1F: "From address", 0x5D01: "From address", 0x0042: "From", 0x0065: "From address", 0x5D02: "From address", 0x4022: "", 0x4024: "", 0x4026: "",
	0x0E04: "To", 0x0E03: "Cc", 0x0E02: "Bcc", 0x0050: "Reply-To", 0x1035: "Message-ID", 0x1039: "References", 0x1042: "In-Reply-To",
	0x0039: "Date", 0x0E06: "Received", 0x0040: "Delivered to", 0x0076: "Delivered to address", 0x0044: "Delivered for", 0x0078: "Delivered for address",
	0x3FFA: "Last modified by", 0x3FF8: "Created by", 0x0E28: "Account", 0x0E29: "Account",
	0x3A11: "Surname", 0x3A06: "Given name", 0x3A44: "Middle name", 0x3A05: "Generation", 0x3A0A: "Initials", 0x3A45: "Title", 0x3A4F: "Nickname", 0x3001: "Display name",
	0x3A16: "Company", 0x3A17: "Job title", 0x3A18: "Department", 0x3A19: "Office", 0x3A4E: "Manager", 0x3A30: "Assistant", 0x3A46: "Profession", 0x3A48: "Spouse", 0x3A58: "Children",
	0x3A42: "Birth date", 0x3A41: "Wedding date", 0x3A4D: "Gender", 0x3A43: "Hobbies", 0x3A07: "Government id", 0x3A10: "Organisation id", 0x3A4C: "FTP site", 0x3A50: "Home page", 0x3A51: "Business page",
	0x3A08: "Business phone", 0x3A1B: "Business phone", 0x3A09: "Home phone", 0x3A2F: "Home phone", 0x3A1C: "Mobile phone", 0x3A1A: "Primary phone", 0x3A1E: "Car phone", 0x3A1F: "Other phone",
	0x3A24: "Business fax", 0x3A25: "Home fax", 0x3A23: "Primary fax", 0x3A2E: "Assistant phone", 0x3A57: "Company phone", 0x3A02: "Callback phone", 0x3A1D: "Radio phone", 0x3A21: "Pager", 0x3A2D: "ISDN", 0x3A2C: "Telex",
	0x3A15: "Postal address", 0x3A26: "Country", 0x3A27: "City", 0x3A28: "State", 0x3A29: "Street", 0x3A2A: "Postcode", 0x3A2B: "Post office box",
	0x3A59: "Home city", 0x3A5A: "Home country", 0x3A5B: "Home postcode", 0x3A5C: "Home state", 0x3A5D: "Home street", 0x3A5E: "Home post office box",
	0x3A5F: "Other city", 0x3A60: "Other country", 0x3A61: "Other postcode", 0x3A62: "Other state", 0x3A63: "Other street", 0x3A64: "Other post office box",
}

// recipient are those of a recipient.
var recipient = map[uint16]string{
	0x3001: "Name", 0x3003: "Address", 0x39FE: "SMTP address", 0x5FF6: "Name", 0x403D: "", 0x403E: "Address", 0x3A20: "Name", 0x39FF: "Name", 0x3002: "", 0x5FF5: "",
	0x3A08: "Phone", 0x3A16: "Company", 0x3A18: "Department", 0x3A17: "Job title", 0x3A19: "Office", 0x3A00: "Account", 0x300B: "",
}

// address are the properties of contacts and appointments that have a number of
// their own in each file (MS-OXPROPS).
var address = map[uint32]string{
	0x8005: "File under", 0x801A: "Home address", 0x801B: "Business address", 0x801C: "Other address", 0x8045: "Business street", 0x8046: "Business city", 0x8047: "Business state",
	0x8048: "Business postcode", 0x8049: "Business country", 0x8062: "Instant messaging", 0x8080: "E-mail name", 0x8083: "E-mail", 0x8084: "E-mail original", 0x8090: "E-mail name 2",
	0x8093: "E-mail 2", 0x8094: "E-mail original 2", 0x80A0: "E-mail name 3", 0x80A3: "E-mail 3", 0x80A4: "E-mail original 3", 0x8208: "Location", 0x820D: "Start", 0x820E: "End",
	0x8238: "Attendees", 0x823B: "Attendees", 0x823C: "Attendees", 0x8530: "Billing", 0x8539: "Companies", 0x853A: "Contacts", 0x811F: "Owner", 0x8121: "Assigner",
}

// nameOf names a property of the message.
func (m *message) nameOf(id uint16) string {
	if name, ok := known[id]; ok {
		return name
	}
	if name, ok := m.named[id]; ok {
		return name
	}
	return fmt.Sprintf("property %04X", id)
}

func recipientName(id uint16) string {
	if name, ok := recipient[id]; ok {
		return name
	}
	return fmt.Sprintf("property %04X", id)
}

// names reads what the numbers from 8000 on mean in this file (MS-OXMSG 2.2.3).
func (m *message) names() {
	m.named = make(map[uint16]string)
	entries, _ := m.file.Stream("__nameid_version1.0/__substg1.0_00030102").Bytes(8 * maxProperties)
	texts, _ := m.file.Stream("__nameid_version1.0/__substg1.0_00040102").Bytes(4 << 20)
	for at := 0; at+8 <= len(entries); at += 8 {
		id, kind := word(entries, at), word(entries, at+4)
		number := uint16(kind>>16) + 0x8000
		if kind&1 == 0 {
			if name := address[id]; name != "" {
				m.named[number] = name
			}
			continue
		}
		n := int64(word(texts, int(min(id, 1<<30))))
		from := min(int64(id)+4, int64(len(texts)))
		if name := codepage.Wide(texts[from:min(from+n, int64(len(texts)))]); name != "" && len(name) < 256 {
			m.named[number] = name
		}
	}
}
