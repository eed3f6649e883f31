package files

import (
	"recense/sources"
	"recense/sources/files/access"
	"recense/sources/files/ar"
	"recense/sources/files/arrow"
	"recense/sources/files/avro"
	"recense/sources/files/cms"
	"recense/sources/files/compressed"
	"recense/sources/files/cpio"
	"recense/sources/files/csv"
	"recense/sources/files/dbf"
	"recense/sources/files/docx"
	"recense/sources/files/dsn"
	"recense/sources/files/eml"
	"recense/sources/files/epub"
	"recense/sources/files/fixed"
	"recense/sources/files/gzip"
	"recense/sources/files/hl7"
	htmltext "recense/sources/files/html"
	"recense/sources/files/iso"
	jsontext "recense/sources/files/json"
	"recense/sources/files/ldif"
	"recense/sources/files/locked"
	"recense/sources/files/logs"
	"recense/sources/files/mbox"
	"recense/sources/files/notebook"
	"recense/sources/files/odf"
	"recense/sources/files/officexml"
	"recense/sources/files/ole"
	"recense/sources/files/orc"
	"recense/sources/files/parquet"
	"recense/sources/files/pdf"
	"recense/sources/files/pgdump"
	"recense/sources/files/picture"
	"recense/sources/files/pptx"
	"recense/sources/files/pst"
	"recense/sources/files/rar"
	"recense/sources/files/rpm"
	"recense/sources/files/rtf"
	"recense/sources/files/sas"
	"recense/sources/files/settings"
	"recense/sources/files/sevenzip"
	"recense/sources/files/spss"
	sqltext "recense/sources/files/sql"
	"recense/sources/files/sqlite"
	"recense/sources/files/stata"
	"recense/sources/files/tar"
	"recense/sources/files/text"
	"recense/sources/files/tnef"
	"recense/sources/files/uu"
	"recense/sources/files/vcard"
	"recense/sources/files/xlsx"
	xmltext "recense/sources/files/xml"
	"recense/sources/files/zip"
)

// Formats returns the list of formats, in the order in which they are asked
// whether they know the first bytes of a file: those with a magic number, those
// with a grammar, then text of any kind. To add a format, write a folder beside
// text and add a row here.
func Formats() []sources.Format {
	return []sources.Format{
		docx.Format,
		pptx.Format,
		xlsx.Format,
		odf.Format,
		epub.Format,
		ole.Format,
		pst.Format,
		pdf.Format,
		picture.Format,
		sqlite.Format,
		sqlite.Log,
		pgdump.Format,
		access.Format,
		parquet.Format,
		arrow.Format,
		orc.Format,
		sas.Format,
		sas.Transport,
		spss.Format,
		stata.Format,
		avro.Format,
		dbf.Format,
		dbf.Memo,
		rtf.Format,
		zip.Format,
		sevenzip.Format,
		rar.Format,
		gzip.Format,
		compressed.Bzip2,
		compressed.Zstd,
		compressed.XZ,
		compressed.LZ4,
		compressed.LZMA,
		compressed.Compress,
		tar.Format,
		cpio.Format,
		ar.Format,
		rpm.Format,
		iso.Format,
		tnef.Format,
		uu.Format,
		cms.Format,
		locked.Format,
		vcard.Format,
		ldif.Format,
		mbox.Format,
		eml.Format,
		htmltext.Format,
		odf.Flat,
		officexml.Workbook,
		officexml.Document,
		xmltext.Format,
		notebook.Format,
		jsontext.Format,
		sqltext.Format,
		dsn.Format,
		hl7.Format,
		logs.Format,
		settings.Format,
		csv.Format,
		fixed.Format,
		text.Format,
	}
}
