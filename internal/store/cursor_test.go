package store

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
)

func TestCursorKeepsItsPlace(t *testing.T) {
	t.Parallel()
	key := newCursorKey(nil)
	f := Filter{Project: Match{Any: []string{"b", "a"}}, From: time.Now()}
	same := Filter{Project: Match{Any: []string{"a", "b"}}, To: time.Now()}
	for _, p := range []position{{0, leastID}, {-1, greatestID}, {model.MicrosOf(time.Now()), model.ID{1, 2, 3}}} {
		got, err := key.decode(key.encode(p, &f), &same)
		require.NoError(t, err)
		require.Equal(t, p, got)
	}
}

func TestCursorIsRefused(t *testing.T) {
	t.Parallel()
	key := newCursorKey([]byte("secret"))
	f := Filter{Project: Match{Any: []string{"a"}}}
	cursor := key.encode(position{1, model.ID{1}}, &f)

	for name, other := range map[string]Filter{
		"none":    {},
		"another": {Project: Match{Any: []string{"b"}}},
		"not":     {Project: Match{None: []string{"a"}}},
		"more":    {Project: Match{Any: []string{"a"}}, Text: "x"},
		"field":   {Source: Match{Any: []string{"a"}}},
	} {
		_, err := key.decode(cursor, &other)
		require.ErrorIs(t, err, ErrCursorFilter, name)
	}

	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	require.NoError(t, err)
	for i := range raw {
		raw[i] ^= 1
		_, err := key.decode(base64.RawURLEncoding.EncodeToString(raw), &f)
		require.ErrorIs(t, err, ErrCursorInvalid, i)
		raw[i] ^= 1
	}
	for _, broken := range []string{"", "%", cursor[1:], cursor + "AA"} {
		_, err := key.decode(broken, &f)
		require.ErrorIs(t, err, ErrCursorInvalid, broken)
	}
	_, err = newCursorKey(nil).decode(cursor, &f)
	require.ErrorIs(t, err, ErrCursorInvalid)
}

func FuzzCursor(f *testing.F) {
	key := newCursorKey([]byte("secret"))
	filter := &Filter{}
	f.Add(key.encode(position{1, model.ID{1}}, filter))
	f.Add("")
	f.Fuzz(func(t *testing.T, cursor string) {
		if p, err := key.decode(cursor, filter); err == nil {
			require.Equal(t, cursor, key.encode(p, filter))
		}
	})
}
