#!/bin/sh
# Makes the files of testdata/partage that come from real programs. They cannot
# be made byte for byte again (dates, identifiers, random salts), so the results
# are kept; run this when the sources in producers.go change, then
# `go run ./testdata/gen` to write the rest of the share and the truth.
#
#     testdata/gen/producteurs.sh
#
# Needs, from Debian: libreoffice-calc-nogui libreoffice-writer-nogui
# python3-uno gnumeric groff zip p7zip-full.
set -eu
cd "$(dirname "$0")/../.."
share=$PWD/testdata/partage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go run ./testdata/gen -sources "$work"
mkdir -p "$share/adhesions" "$share/prestations/courriers" "$share/comptabilite" "$share/rh" "$share/archives"
cd "$work"

office() { soffice -env:UserInstallation="file://$work/profile" --headless --convert-to "$@" >/dev/null 2>&1; }

# LibreOffice: workbooks with typed cells and a hidden sheet, a letter.
office xlsx adherents_portefeuille.fods
office xlsx paie_2026-01.fods
office pdf bulletin_adhesion.fodt
office pdf attestation_2_pages.fodt
office pdf piece_scannee.fodt
office 'pdf:writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"secret"}}' protege.fodt
mv adherents_portefeuille.xlsx bulletin_adhesion.pdf "$share/adhesions/"
mv attestation_2_pages.pdf piece_scannee.pdf "$share/prestations/courriers/"
mv paie_2026-01.xlsx protege.pdf "$share/rh/"
# A workbook with a password needs the programming interface: Password alone is
# ignored for this format.
soffice -env:UserInstallation="file://$work/profile" --headless --accept='pipe,name=recense;urp' >/dev/null 2>&1 &
office_pid=$!
/usr/bin/python3 - "$work" <<'PY'
import sys, time, uno
from com.sun.star.beans import NamedValue as N, PropertyValue as P
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for _ in range(60):
    try:
        ctx = resolver.resolve("uno:pipe,name=recense;urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.5)
desktop = ctx.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", ctx)
base = "file://" + sys.argv[1]
doc = desktop.loadComponentFromURL(base + "/protege.csv", "_blank", 0, (P("Hidden", 0, True, 0),))
key = uno.Any("[]com.sun.star.beans.NamedValue", (N("OOXPassword", "secret"), N("CryptoType", "Standard")))
doc.storeToURL(base + "/protege.xlsx", (P("FilterName", 0, "Calc MS Excel 2007 XML", 0), P("EncryptionData", 0, key, 0)))
doc.close(True)
try:
    desktop.terminate()
except Exception:
    pass
PY
wait "$office_pid" || true
mv protege.xlsx "$share/rh/"

# Gnumeric: numbers as numbers, the sheet takes the name of the file; Cairo for PDF.
ssconvert beneficiaires.csv "$share/adhesions/beneficiaires.xlsx" 2>/dev/null
ssconvert FR76*.csv "$share/comptabilite/comptes_par_titulaire.xlsx" 2>/dev/null
ssconvert releve_gnumeric.csv "$share/prestations/courriers/releve_gnumeric.pdf" 2>/dev/null

# groff writes PDF itself.
groff -K utf8 -ms -T pdf decompte_groff.ms > "$share/prestations/courriers/decompte_groff.pdf"

# A letter that was not copied to its end.
half=$(($(wc -c < "$share/adhesions/bulletin_adhesion.pdf") / 2))
head -c "$half" "$share/adhesions/bulletin_adhesion.pdf" > "$share/prestations/courriers/tronque.pdf"

# Encrypted archives: traditional by Info-ZIP, AES-256 by 7-Zip.
rm -f "$share/archives/confidentiel.zip" "$share/archives/coffre_aes.zip"
zip -q -X -P secret "$share/archives/confidentiel.zip" confidentiel.csv
7z a -bso0 -psecret -mem=AES256 "$share/archives/coffre_aes.zip" confidentiel.csv
