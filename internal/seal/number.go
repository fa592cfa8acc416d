package seal

import "strconv"

// number writes a number as its digits, without zeros at either end, and the power
// of ten that they are multiplied by: 1500, 1.5e3 and 1500.0 are all 15e2, and
// nothing has to be written out. Zero is 0e0 whatever its sign, as in Postgres.
func (c *canonicalizer) number(dst []byte) ([]byte, error) {
	dst = append(dst, '#', 0, 0, 0, 0)
	begin := len(dst)
	if c.skip('-') {
		dst = append(dst, '-')
	}
	dst, exponent, err := c.digits(dst)
	if err != nil {
		return dst, err
	}
	dst, exponent = trim(dst, begin, exponent)
	dst = append(dst, 'e')
	dst = strconv.AppendInt(dst, exponent, 10)
	putLength(dst, begin)
	return dst, nil
}

// digits writes the digits of a number from the first that isn't 0.
func (c *canonicalizer) digits(dst []byte) (_ []byte, exponent int64, err error) {
	from, significant := c.at, len(dst)
	dst = c.run(dst, significant)
	whole := c.at - from
	if c.skip('.') {
		from = c.at
		dst = c.run(dst, significant)
		exponent = int64(from - c.at)
	}
	if whole == 0 {
		return dst, 0, errNotJSON
	}
	if c.skip('e') || c.skip('E') {
		power, ok := c.power()
		if !ok {
			return dst, 0, errNotJSON
		}
		exponent += power
	}
	return dst, exponent, nil
}

// run copies digits, but no zeros before the first that isn't.
func (c *canonicalizer) run(dst []byte, significant int) []byte {
	for ; c.at < len(c.doc) && c.doc[c.at] >= '0' && c.doc[c.at] <= '9'; c.at++ {
		if c.doc[c.at] != '0' || len(dst) > significant {
			dst = append(dst, c.doc[c.at])
		}
	}
	return dst
}

func (c *canonicalizer) skip(b byte) bool {
	if c.at < len(c.doc) && c.doc[c.at] == b {
		c.at++
		return true
	}
	return false
}

// power reads the exponent behind e. Those past int32 no number of Postgres has.
func (c *canonicalizer) power() (int64, bool) {
	from := c.at
	if !c.skip('+') {
		c.skip('-')
	}
	for c.at < len(c.doc) && c.doc[c.at] >= '0' && c.doc[c.at] <= '9' {
		c.at++
	}
	power, err := strconv.ParseInt(string(c.doc[from:c.at]), 10, 32)
	return power, err == nil
}

// trim takes zeros off the end of what stands from begin on.
func trim(dst []byte, begin int, exponent int64) ([]byte, int64) {
	for len(dst) > begin && dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
		exponent++
	}
	if len(dst) == begin || dst[len(dst)-1] == '-' {
		return append(dst[:begin], '0'), 0
	}
	return dst, exponent
}
