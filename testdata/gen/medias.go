package main

import (
	"fmt"
	"strings"

	"recense/bench/synth"
)

// structural are the kinds that the layout or the type of a file proves.
var structural = []string{"access_log", "audio_media", "chat_transcript", "image_media", "noemie"}

// medias has sound and pictures, of which only the first bytes are real, and a
// conversation.
func medias(s *share) error {
	noise := strings.Repeat("\x01\x80\xfe", 300)
	for _, m := range []struct {
		path, head, kind string
		n                int
	}{
		{"relation_client/appels/appel_0412.wav", "RIFF\xac\x03\x00\x00WAVEfmt \x10\x00\x00\x00", "audio_media", 1},
		{"relation_client/pieces/devis_dentaire.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image_media", 2},
		{"relation_client/pieces/fond.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "image_media", 1},
	} {
		l, err := s.put(m.path, "first bytes only", []byte(m.head+noise))
		if err != nil {
			return err
		}
		l.want(m.kind, m.n).state("unsupported", "media_content")
	}
	g := synth.New(905)
	var b strings.Builder
	caller := g.Person().Given
	for i := range 12 {
		fmt.Fprintf(&b, "[10:%02d] Conseiller : bonjour, que puis-je pour vous ?\n[10:%02d] %s : le montant de mon décompte me surprend\n", 2*i, 2*i+1, caller)
		if i%3 == 2 {
			b.WriteString("[fin de l'échange]\n")
			caller = g.Person().Given
		}
	}
	l, err := s.put("relation_client/conversation.txt", "conversation with times", []byte(b.String()))
	if err != nil {
		return err
	}
	l.want("chat_transcript", 1)
	return nil
}
