package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseWhen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 8, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-03-01T12:00:00+02:00": "2026-03-01T10:00:00Z",
		"2026-03-01T12:00:00.5Z":    "2026-03-01T12:00:00.5Z",
		"2026-03-01":                "2026-03-01T00:00:00Z",
		"90s":                       "2026-03-08T09:58:30Z",
		"1h30m":                     "2026-03-08T08:30:00Z",
		"7d":                        "2026-03-01T10:00:00Z",
		"1w":                        "2026-03-01T10:00:00Z",
	} {
		got, err := parseWhen(text, now)
		require.NoError(t, err, text)
		require.Equal(t, want, got.UTC().Format(time.RFC3339Nano), text)
	}
	for _, text := range []string{"", "d", "-1d", "-2h", "2026-13-01", "1.5d", "99999d", "tomorrow"} {
		_, err := parseWhen(text, now)
		require.ErrorContains(t, err, "is none of", text)
	}
}

func TestCell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "-",
		"Müller 日本":              "Müller 日本",
		"a\x00b\x1b[0m":          `a\x00b\x1b[0m`,
		"line\r\nnext\u0085":     `line\r\nnext\u0085`,
		"\u202egnp.exe\u2066":    `\u202egnp.exe\u2066`,
		"\u200bzero\ufeff\u00ad": `\u200bzero\ufeff\u00ad`,
		"\U000e0041tag":          `\U000e0041tag`,
	} {
		require.Equal(t, want, cell(text))
	}
}
