package files

import (
	"bytes"
	"strings"

	"recense/sources"
)

// Sound, film and pictures are recognised by their first bytes and counted as
// facts: what is said in them is not transcribed, what they show is read where a
// Recogniser is given, and the coverage says so. A film holds voices: it counts as
// sound.

// The kinds of the taxonomy that a medium proves.
const (
	audioMedia = "audio_media"
	imageMedia = "image_media"
)

// mediaKind returns the fact that a media type proves, "" for none.
func mediaKind(mediaType string) string {
	switch {
	case strings.HasPrefix(mediaType, "audio/"), strings.HasPrefix(mediaType, "video/"):
		return audioMedia
	case strings.HasPrefix(mediaType, "image/"):
		return imageMedia
	}
	return ""
}

// refineMedia tells containers of several media apart: RIFF, ISO base media (the
// brand behind "ftyp"), Ogg, Matroska; and MPEG audio without a tag.
func refineMedia(head []byte, media string) string {
	switch media {
	case "application/x-riff":
		return riff(head)
	case "video/mp4":
		return isoBrand(head)
	case "application/ogg":
		if bytes.Contains(head[:min(len(head), 4096)], []byte("theora")) {
			return "video/ogg"
		}
		return "audio/ogg"
	case "":
		return untagged(head)
	}
	return media
}

func riff(head []byte) string {
	if len(head) < 12 {
		return "application/x-riff"
	}
	switch string(head[8:12]) {
	case "WAVE":
		return "audio/wav"
	case "AVI ":
		return "video/x-msvideo"
	case "WEBP":
		return "image/webp"
	}
	return "application/x-riff"
}

func isoBrand(head []byte) string {
	if len(head) < 12 {
		return "video/mp4"
	}
	switch string(head[8:12]) {
	case "M4A ", "M4B ", "F4A ":
		return "audio/mp4"
	case "heic", "heix", "heim", "heis", "mif1", "msf1":
		return "image/heic"
	case "avif", "avis":
		return "image/avif"
	case "3gp4", "3gp5", "3gp6", "3gp7":
		return "video/3gpp"
	}
	return "video/mp4"
}

// untagged recognises media that begin with no word: Matroska and WebM, AMR,
// bitmaps, and frames of MPEG audio, of which two must follow each other.
func untagged(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")):
		return "video/x-matroska"
	case bytes.HasPrefix(head, []byte("#!AMR")):
		return "audio/amr"
	case len(head) >= 16 && head[0] == 'B' && head[1] == 'M' && head[14] == 40 && head[15] == 0:
		return "image/bmp"
	case len(head) >= 20 && bytes.HasPrefix(head, []byte("\x30\x26\xb2\x75\x8e\x66\xcf\x11")):
		return "video/x-ms-asf"
	case mpegFrames(head):
		return "audio/mpeg"
	}
	return ""
}

// bitRates are those of MPEG-1 layer III, in kbit/s; sampleRates in Hz.
var (
	bitRates    = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	sampleRates = [4]int{44100, 48000, 32000, 0}
)

// mpegFrames reports whether head begins with three frames of MPEG-1 layer III,
// each where the length of the one before says (ISO/IEC 11172-3, 2.4.1).
func mpegFrames(head []byte) bool {
	for range 3 {
		if len(head) < 4 || head[0] != 0xFF || head[1]&0xFE != 0xFA {
			return false
		}
		rate, hz := bitRates[head[2]>>4], sampleRates[head[2]>>2&3]
		if rate == 0 || hz == 0 {
			return false
		}
		n := 144*rate*1000/hz + int(head[2]>>1&1)
		if n > len(head) {
			return false
		}
		head = head[n:]
	}
	return true
}

// documentWords are those of the names of scanned documents: a picture with one
// in its name is a document, not a logo.
var documentWords = []string{"devis", "facture", "ordonnance", "cni", "passeport", "carte", "identite", "attestation", "rib", "vitale",
	"permis", "livret", "justificatif", "releve", "scan", "decompte", "prescription", "bulletin", "courrier", "certificat", "avis"}

// documentName reports whether the name of a picture holds a document word.
func documentName(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' && r < 0x80 })
	for _, w := range words {
		w = strings.NewReplacer("é", "e", "è", "e").Replace(w)
		for _, d := range documentWords {
			if w == d || w == d+"s" {
				return true
			}
		}
	}
	return false
}

// medium tells the sink of an input that is sound, film or a picture, and
// reports whether it is one. A picture whose name holds a document word is told
// at its name as well: two facts, and the second one asserts the category.
func (l *level) medium(in *sources.Input, mediaType string) (bool, error) {
	kind := mediaKind(mediaType)
	if kind == "" || l.v.unit.Index > 0 {
		return kind != "", nil
	}
	if err := l.v.sink.Evidence(kind, sources.Location{Byte: -1}); err != nil {
		return true, err
	}
	if kind == imageMedia && documentName(in.Name) {
		return true, l.v.sink.Evidence(kind, sources.Location{Field: sources.NameField, Byte: -1})
	}
	return true, nil
}
