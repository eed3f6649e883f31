package xlsx

// coordinates reads a reference like BC12; 0 where it has none.
func coordinates(ref []byte) (column int, row int64) {
	i := 0
	for ; i < len(ref) && i < 3 && 'A' <= ref[i]&^0x20 && ref[i]&^0x20 <= 'Z'; i++ {
		column = column*26 + int(ref[i]&^0x20-'A') + 1
	}
	for ; i < len(ref) && '0' <= ref[i] && ref[i] <= '9' && row < 1<<31; i++ {
		row = row*10 + int64(ref[i]-'0')
	}
	return column, row
}
