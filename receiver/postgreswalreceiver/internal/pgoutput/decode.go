package pgoutput

// mostColumns is how many columns a table of Postgres may have.
const mostColumns = 1664

// change reads a message of pgoutput and reports whether it is one that means something.
func (s *Stream) change() (known bool) {
	m := &s.m
	m.Kind = Kind(s.byte())
	switch m.Kind {
	case KindBegin:
		m.CommitLSN, m.CommitTime, m.XID = LSN(s.uint64()), s.time(), s.uint32()
	case KindCommit:
		s.byte() // flags, unused
		m.CommitLSN, m.EndLSN, m.CommitTime = LSN(s.uint64()), LSN(s.uint64()), s.time()
	case KindRelation:
		s.relation()
	case KindInsert:
		m.RelationID = s.uint32()
		s.expect('N')
		m.New = s.tuple(m.New)
	case KindUpdate:
		s.update()
	case KindDelete:
		m.RelationID = s.uint32()
		s.old(s.byte())
	case KindTruncate:
		s.truncate()
	case KindLogical:
		s.logical()
	case KindOrigin, KindType, KindKeepalive:
		return false
	default: // of a later version
		return false
	}
	return true
}

func (s *Stream) time() Time { return Time(s.uint64()) } //nolint:gosec // two's complement on the wire

func (s *Stream) expect(kind byte) {
	if s.byte() != kind && s.err == nil {
		s.err = errMalformed
	}
}

func (s *Stream) relation() {
	m := &s.m
	m.RelationID = s.uint32()
	r := &m.Relation
	r.Schema, r.Name = s.string(), s.string()
	r.IdentityFull = s.byte() == 'f'
	n := s.uint16()
	r.Columns = make([]Column, 0, min(n, mostColumns))
	for range n {
		if s.err != nil {
			return
		}
		identity := s.byte()&1 == 1
		r.Columns = append(r.Columns, Column{Identity: identity, Name: s.string(), Type: s.uint32()})
		s.uint32() // the type's modifier
	}
}

func (s *Stream) update() {
	m := &s.m
	m.RelationID = s.uint32()
	kind := s.byte()
	if kind != 'N' {
		s.old(kind)
		s.expect('N')
	}
	m.New = s.tuple(m.New)
}

func (s *Stream) old(kind byte) {
	m := &s.m
	if kind != 'K' && kind != 'O' && s.err == nil {
		s.err = errMalformed
	}
	m.HasOld, m.OldWhole = true, kind == 'O'
	m.Old = s.tuple(m.Old)
}

func (s *Stream) tuple(values []Value) []Value {
	for range s.uint16() {
		state := State(s.byte())
		value := Value{State: state}
		switch state {
		case Null, Unchanged:
		case Text:
			value = s.value(int(int32(s.uint32()))) //nolint:gosec // value refuses a negative one
		default:
			if s.err == nil {
				s.err = errMalformed
			}
		}
		if s.err != nil {
			return values
		}
		values = append(values, value)
	}
	return values
}

func (s *Stream) truncate() {
	n := s.uint32()
	s.byte() // CASCADE, RESTART IDENTITY
	for range n {
		if s.err != nil {
			return
		}
		s.m.Truncated = append(s.m.Truncated, s.uint32())
	}
}

func (s *Stream) logical() {
	m := &s.m
	m.Transactional = s.byte() == 1
	s.uint64() // the LSN again
	m.Prefix = s.string()
	m.Content = s.value(int(int32(s.uint32()))) //nolint:gosec // value refuses a negative one
}
