package excel

import (
	"github.com/xuri/excelize/v2"

	"recense/detectors"
)

// styles are the ids of the cell styles of a workbook.
type styles struct {
	header, headerRight, section, muted, total int
	formats                                    [7]int // by format
	strength                                   [4]int // by detectors.Strength
	level                                      [5]int // by rank of impact
}

const grid = "D9DEE4"

// newStyles registers the styles.
func newStyles(f *excelize.File) (styles, error) {
	var s styles
	var err error
	add := func(id *int, st excelize.Style) {
		if st.Font == nil {
			st.Font = &excelize.Font{}
		}
		st.Font.Family = "Calibri"
		if st.Font.Size == 0 {
			st.Font.Size = 11
		}
		if err == nil {
			*id, err = f.NewStyle(&st)
		}
	}
	top := &excelize.Alignment{Vertical: "top"}
	left := &excelize.Alignment{Vertical: "top", Horizontal: "left", Indent: 1} // keeps its distance from a number before
	custom := func(code string) *string { return &code }
	border := []excelize.Border{{Type: "bottom", Color: grid, Style: 1}}
	add(&s.header, excelize.Style{
		Font:      &excelize.Font{Bold: true, Color: "FFFFFF"},
		Fill:      fill("1F3A5F"),
		Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "left", Indent: 1, WrapText: true},
	})
	add(&s.headerRight, excelize.Style{
		Font:      &excelize.Font{Bold: true, Color: "FFFFFF"},
		Fill:      fill("1F3A5F"),
		Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "right", WrapText: true},
	})
	add(&s.section, excelize.Style{Font: &excelize.Font{Bold: true, Color: "1F3A5F", Size: 12}, Fill: fill("E8EEF5"), Alignment: left})
	add(&s.muted, excelize.Style{Font: &excelize.Font{Color: "7A8592"}, Alignment: left, Border: border})
	add(&s.total, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: left, Border: border})

	add(&s.formats[plain], excelize.Style{Alignment: left, Border: border})
	add(&s.formats[integer], excelize.Style{Alignment: top, Border: border, CustomNumFmt: custom("#,##0")})
	add(&s.formats[percent], excelize.Style{Alignment: top, Border: border, CustomNumFmt: custom("0%")})
	add(&s.formats[size], excelize.Style{Alignment: top, Border: border, CustomNumFmt: custom(`[<1000000]#,##0.0," ko";[<1000000000]#,##0.0,," Mo";#,##0.0,,," Go"`)})
	add(&s.formats[date], excelize.Style{Alignment: left, Border: border, CustomNumFmt: custom("dd/mm/yyyy")})
	add(&s.formats[instant], excelize.Style{Alignment: left, Border: border, CustomNumFmt: custom("dd/mm/yyyy hh:mm")})
	add(&s.formats[wrapped], excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left", Indent: 1, WrapText: true}, Border: border, CustomNumFmt: custom("#,##0")})

	coloured := func(id *int, background, text string) {
		add(id, excelize.Style{Fill: fill(background), Font: &excelize.Font{Color: text}, Alignment: left, Border: border})
	}
	coloured(&s.strength[detectors.Possible], "F3F4F6", "55606E")
	coloured(&s.strength[detectors.Probable], "E3EEF9", "1F3A5F")
	coloured(&s.strength[detectors.Verified], "C9DEF2", "1F3A5F")
	coloured(&s.level[0], "EAF5EA", "1E5B2A")
	coloured(&s.level[1], "D6ECD2", "1E5B2A")
	coloured(&s.level[2], "FFF2C2", "6B5200")
	coloured(&s.level[3], "FBD5B0", "7A3A00")
	coloured(&s.level[4], "F2B8B5", "7A1210")
	return s, err
}

func fill(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}
