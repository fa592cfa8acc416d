package pgoutput

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

var limits = Limits{Value: 8, Message: 20}

// wire is what a server sends.
type wire struct{ sent []byte }

func (w *wire) frame(kind byte, body string) *wire {
	w.sent = binary.BigEndian.AppendUint32(append(w.sent, kind), uint32(4+len(body))) //nolint:gosec // a small one
	w.sent = append(w.sent, body...)
	return w
}

func (w *wire) data(change string) *wire {
	return w.frame('d', "w"+number(8, 100)+number(8, 200)+number(8, 0)+change)
}

func number(size int, n uint64) string {
	return string(binary.BigEndian.AppendUint64(nil, n)[8-size:])
}

func values(all ...string) string {
	text := []byte(number(2, uint64(len(all))))
	for _, v := range all {
		if v != "n" && v != "u" {
			text = append(text, "t"+number(4, uint64(len(v)))...)
		}
		text = append(text, v...)
	}
	return string(text)
}

const relationOrders = "R\x00\x00\x00\x07public\x00orders\x00d\x00\x02\x01id\x00\x00\x00\x00\x17\xff\xff\xff\xff\x00status\x00\x00\x00\x00\x19\xff\xff\xff\xff"

func (w *wire) stream() *Stream { return NewFrames(bytes.NewReader(w.sent)).Stream(limits) }

func next(t *testing.T, s *Stream) *Message {
	t.Helper()
	m, err := s.Next()
	require.NoError(t, err)
	return m
}

func TestATransaction(t *testing.T) {
	t.Parallel()
	var w wire
	w.data("B"+number(8, 300)+number(8, 1_000_000)+number(4, 42)).
		frame('N', "a notice").
		data("O"+number(8, 0)+"origin\x00").
		data(relationOrders).
		data("I"+number(4, 7)+"N"+values("1", "open")).
		data("U"+number(4, 7)+"K"+values("1", "n")+"N"+values("2", "u")).
		data("D"+number(4, 7)+"O"+values("2", "paid")).
		data("T"+number(4, 2)+"\x00"+number(4, 7)+number(4, 8)).
		data("M\x01"+number(8, 100)+"prefix\x00"+number(4, 2)+"{}").
		data("C\x00"+number(8, 300)+number(8, 400)+number(8, 1_000_000)).
		frame('d', "k"+number(8, 500)+number(8, 0)+"\x01").
		frame('c', "")
	s := w.stream()

	begin := next(t, s)
	require.Equal(t, KindBegin, begin.Kind)
	require.Equal(t, LSN(300), begin.CommitLSN)
	require.Equal(t, uint32(42), begin.XID)
	require.Equal(t, time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC).UnixMicro(), begin.CommitTime.UnixMicro())

	relation := next(t, s)
	require.Equal(t, Relation{Schema: "public", Name: "orders", Columns: []Column{{Name: "id", Type: 23, Identity: true}, {Name: "status", Type: 25}}}, relation.Relation)

	insert := next(t, s)
	require.Equal(t, []Value{{Text: []byte("1"), Size: 1, State: Text}, {Text: []byte("open"), Size: 4, State: Text}}, insert.New)
	require.Equal(t, LSN(100), insert.LSN)

	update := next(t, s)
	require.True(t, update.HasOld)
	require.False(t, update.OldWhole)
	require.Equal(t, Null, update.Old[1].State)
	require.Equal(t, Unchanged, update.New[1].State)

	deleted := next(t, s)
	require.True(t, deleted.OldWhole)
	require.Empty(t, deleted.New)
	require.Equal(t, []uint32{7, 8}, next(t, s).Truncated)

	logical := next(t, s)
	require.True(t, logical.Transactional)
	require.Equal(t, "prefix", logical.Prefix)
	require.Equal(t, "{}", string(logical.Content.Text))
	require.Equal(t, LSN(400), next(t, s).EndLSN)

	keepalive := next(t, s)
	require.Equal(t, KindKeepalive, keepalive.Kind)
	require.True(t, keepalive.ReplyRequested)
	_, err := s.Next()
	require.ErrorIs(t, err, ErrEnded)
}

func TestLargeValuesAreSkippedAsTheyCome(t *testing.T) {
	t.Parallel()
	var w wire
	w.data("I" + number(4, 7) + "N" + values(strings.Repeat("a", 1_000_000), "12345678", "12345678", "rest")).
		data("I" + number(4, 7) + "N" + values("small")).
		data("M\x01" + number(8, 1) + strings.Repeat("p", 300_000) + "\x00" + number(4, 3) + "abc").
		data("I" + number(4, 7) + "N" + values("after"))
	s := w.stream()
	m := next(t, s)
	require.Equal(t, "aaaaaaaa", string(m.New[0].Text))
	require.Equal(t, 1_000_000, m.New[0].Size)
	require.True(t, m.New[0].Cut())
	require.False(t, m.New[1].Cut())
	require.Equal(t, "1234", string(m.New[2].Text), "all together have 20 bytes")
	require.True(t, m.New[3].Cut())
	require.Equal(t, "small", string(next(t, s).New[0].Text))
	require.Less(t, len(next(t, s).Prefix), 100_000)
	require.Equal(t, "after", string(next(t, s).New[0].Text))
}

func TestErrorsOfTheServer(t *testing.T) {
	t.Parallel()
	var w wire
	w.frame('E', "SFATAL\x00VFATAL\x00C57P01\x00Mterminating\x00\x00")
	_, err := w.stream().Next()
	var failed *pgconn.PgError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "57P01", failed.Code)
}

func TestTheStreamBreaksOff(t *testing.T) {
	t.Parallel()
	var whole wire
	whole.data(relationOrders).data("I" + number(4, 7) + "N" + values("1", "open"))
	all := whole.sent
	for n := range all {
		s := NewFrames(iotest.OneByteReader(bytes.NewReader(all[:n]))).Stream(limits)
		var err error
		for err == nil {
			_, err = s.Next()
		}
		require.True(t, errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF), "%d bytes: %v", n, err)
	}
}

// TestFramesGoNoFurther is why there are Frames: what follows a message is another's.
func TestFramesGoNoFurther(t *testing.T) {
	t.Parallel()
	var w wire
	w.frame('W', "\x00\x00\x00").data("B" + number(8, 300) + number(8, 0) + number(4, 42))
	frames := NewFrames(bytes.NewReader(w.sent))
	read, err := io.ReadAll(io.LimitReader(frames, 8))
	require.NoError(t, err)
	require.Len(t, read, 8)
	require.Equal(t, uint32(42), next(t, frames.Stream(limits)).XID)
	buffer := make([]byte, 100)
	var again wire
	again.frame('Z', "I").frame('Z', "I")
	n, err := NewFrames(bytes.NewReader(again.sent)).Read(buffer)
	require.NoError(t, err)
	require.Equal(t, 6, n)
}

func TestStatus(t *testing.T) {
	t.Parallel()
	require.Empty(t, AppendStatus(nil, 0, time.Now(), true), "never 0")
	status := AppendStatus(nil, 7, time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC), true)
	require.Equal(t, "d"+number(4, 38)+"r"+number(8, 7)+number(8, 7)+number(8, 7)+number(8, 1_000_000)+"\x01", string(status))
}

// FuzzStream holds that whatever comes, reading ends, and holds no more than the limits.
func FuzzStream(f *testing.F) {
	var w wire
	w.data("B"+number(8, 300)+number(8, 1_000_000)+number(4, 42)).data(relationOrders).
		data("U"+number(4, 7)+"K"+values("1", "n")+"N"+values("2", "u")).
		data("T"+number(4, 1)+"\x00"+number(4, 7)).data("M\x01"+number(8, 100)+"prefix\x00"+number(4, 2)+"{}").
		frame('d', "k"+number(8, 500)+number(8, 0)+"\x01").frame('E', "SFATAL\x00\x00")
	f.Add(w.sent)
	f.Fuzz(func(t *testing.T, sent []byte) {
		s := NewFrames(bytes.NewReader(sent)).Stream(limits)
		for {
			m, err := s.Next()
			if err != nil {
				return
			}
			kept := len(m.Content.Text)
			for _, tuple := range [][]Value{m.Old, m.New} {
				for i := range tuple {
					kept += len(tuple[i].Text)
					require.LessOrEqual(t, len(tuple[i].Text), min(limits.Value, tuple[i].Size))
				}
			}
			require.LessOrEqual(t, kept, limits.Message)
		}
	})
}
