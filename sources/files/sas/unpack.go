package sas

// runs undoes run-length encoding (COMPRESS=CHAR) up to size bytes. What is
// damaged ends it early.
func runs(dst, src []byte, size int) []byte {
	for len(src) > 0 && len(dst) < size {
		command, n := src[0]>>4, int(src[0]&15)
		src = src[1:]
		if command <= 7 && command != 2 { // a longer count
			if len(src) == 0 {
				return dst
			}
			n, src = n<<8|int(src[0]), src[1:]
		}
		switch command {
		case 0, 1, 2, 8, 9, 10, 11: // bytes as they are
			n += [...]int{64, 64 + 4096, 96, 0, 0, 0, 0, 0, 1, 17, 33, 49}[command]
			if n > len(src) {
				return dst
			}
			dst, src = append(dst, src[:min(n, size-len(dst))]...), src[n:]
			continue
		}
		n += [...]int{0, 0, 0, 0, 18, 17, 17, 17, 0, 0, 0, 0, 3, 2, 2, 2}[command]
		var c byte
		switch command {
		case 3:
			return dst
		case 4, 12: // one that follows
			if len(src) == 0 {
				return dst
			}
			c, src = src[0], src[1:]
		case 5, 13:
			c = '@'
		case 6, 14:
			c = ' '
		}
		dst = repeat(dst, c, min(n, size-len(dst)))
	}
	return dst
}

func repeat(dst []byte, c byte, n int) []byte {
	for range n {
		dst = append(dst, c)
	}
	return dst
}

// ross undoes Ross Data Compression (COMPRESS=BINARY) up to size bytes. What is
// damaged ends it early.
func ross(dst, src []byte, size int) []byte {
	bits, left := 0, 0
	for len(src) > 0 && len(dst) < size {
		if left == 0 {
			if len(src) < 3 {
				return dst
			}
			bits, left, src = int(src[0])<<8|int(src[1]), 16, src[2:]
		}
		left--
		if bits>>left&1 == 0 {
			dst, src = append(dst, src[0]), src[1:]
			continue
		}
		if len(src) < 2 {
			return dst
		}
		command, n := src[0]>>4, int(src[0]&15)
		switch command {
		case 0: // a short run
			dst, src = repeat(dst, src[1], min(n+3, size-len(dst))), src[2:]
			continue
		case 1: // a long run
			if len(src) < 3 {
				return dst
			}
			dst, src = repeat(dst, src[2], min(n+int(src[1])<<4+19, size-len(dst))), src[3:]
			continue
		}
		back := n + 3 + int(src[1])<<4
		if n, src = int(command), src[2:]; command == 2 { // a long pattern
			if len(src) == 0 {
				return dst
			}
			n, src = int(src[0])+16, src[1:]
		}
		if back > len(dst) {
			return dst
		}
		for range min(n, size-len(dst)) {
			dst = append(dst, dst[len(dst)-back])
		}
	}
	return dst
}
