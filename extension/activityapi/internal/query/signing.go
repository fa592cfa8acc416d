package query

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/otel-activity/otel-activity/internal/store"
)

// signingKey signs the cursors of streams, so that nobody can try made-up ones.
type signingKey []byte

// newSigningKey derives the key, so that no signature of a list's cursor is one of
// a stream's.
func newSigningKey(configured []byte) signingKey {
	if len(configured) == 0 {
		configured = make([]byte, sha256.Size)
		_, _ = rand.Read(configured) // never fails
	}
	mac := hmac.New(sha256.New, configured)
	mac.Write([]byte("activity_api stream"))
	return mac.Sum(nil)
}

func (k signingKey) signature(text string) string {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// sign makes the id of an event.
func (k signingKey) sign(c store.TailCursor) string {
	text := c.String()
	return text + "~" + k.signature(text)
}

func (k signingKey) read(id string) (store.TailCursor, error) {
	text, signature, _ := strings.Cut(id, "~")
	if !hmac.Equal([]byte(signature), []byte(k.signature(text))) {
		return store.TailCursor{}, store.ErrTailCursorInvalid
	}
	return store.ParseTailCursor(text)
}
