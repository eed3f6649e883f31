// Package ole tells what a compound file (OLE2, MS-CFB) holds, by the streams of
// its directory and not by its name, and lets the format for it read it: Excel,
// Word and PowerPoint before 2007, Outlook messages, macros. Documents of Office Open XML
// with a password, which hide in such files, are told. All others (Visio, Project,
// installers, thumbnails) are not read.
package ole

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"recense/sources"
	"recense/sources/files/cfb"
	"recense/sources/files/doc"
	"recense/sources/files/msg"
	"recense/sources/files/ppt"
	"recense/sources/files/vba"
	"recense/sources/files/xls"
	"recense/sources/files/xlsx"
)

const mediaType = "application/x-ole-storage"

// kinds are the formats, with the streams that give them away. The first that is
// there decides: a document may hold another beside it.
var kinds = []struct {
	format  *sources.Format
	streams []string
}{
	{&doc.Format, []string{"WordDocument"}},
	{&xls.Format, []string{"Workbook", "Book"}},
	{&ppt.Format, []string{"PowerPoint Document", "PP97_DUALSTORAGE/PowerPoint Document"}},
	{&vba.Format, []string{"VBA/dir"}},
	{&msg.Format, []string{"__properties_version1.0", "__nameid_version1.0/__substg1.0_00020102"}},
}

// Format is the compound file.
var Format = sources.Format{
	Name: "ole",
	Doc: `Office 97-2003 and Outlook files (.doc, .xls, .ppt, .msg)
MS-CFB. What it is is told by its streams, then read by the format for it; see there. Encrypted documents
are reported, other compound files are not read.`,
	MediaType:  mediaType,
	Extensions: extensions(),
	Sniff:      func(head []byte, _ string, _ int64) bool { return cfb.Is(head) },
	Read:       read,
	Random:     true,
}

func extensions() (all []string) {
	for _, k := range kinds {
		all = append(all, k.format.Extensions...)
	}
	return all
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: "ole", Bytes: max(in.Size, 0)}
	if in.At == nil {
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	f, err := cfb.Open(in.At, in.Size)
	if err != nil {
		res.MediaType = promised(in.Name)
		return res, err
	}
	if f.Stream("EncryptedPackage") != nil {
		if has(&xlsx.Format, in.Name) { // some open with the password that Excel knows
			opened, err := xlsx.Format.Read(ctx, in, out)
			var fe *sources.FormatError
			if !errors.As(err, &fe) || fe.Status != sources.Encrypted {
				return opened, err
			}
		}
		return res, &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	}
	for _, k := range kinds {
		if !slices.ContainsFunc(k.streams, func(s string) bool { return f.Stream(s) != nil }) {
			continue
		}
		res, err := k.format.Read(ctx, in, out)
		if res.Detail == "" && named(in.Name) && !has(k.format, in.Name) {
			res.Detail = sources.WrongExtension
		}
		return res, err
	}
	return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownFormat}
}

func has(f *sources.Format, file string) bool {
	return slices.Contains(f.Extensions, strings.ToLower(path.Ext(file)))
}

// named reports whether the extension is that of one of the kinds.
func named(file string) bool {
	return slices.Contains(extensions(), strings.ToLower(path.Ext(file)))
}

// promised is the media type that the name of a damaged file promises.
func promised(file string) string {
	for _, k := range kinds {
		if has(k.format, file) {
			return k.format.MediaType
		}
	}
	return mediaType
}
