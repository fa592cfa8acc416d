package activity

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const (
	embedAudience   = "activity-api"
	embedHeader     = `{"alg":"HS256","typ":"JWT"}`
	minEmbedKey     = 32
	defaultEmbedTTL = 15 * time.Minute
)

// EmbedClaims say what an embedding token is good for.
type EmbedClaims struct {
	// Project is the one whose activities the token shows.
	Project string
	// Subject is who is looking, such as the id of the signed-in user; empty is
	// left out.
	Subject string
	// TTL is how long the token is good for; 0 is 15 minutes. The API refuses
	// tokens that are good for longer than its embedding::max_age, an hour unless
	// configured otherwise.
	TTL time.Duration
}

// EmbedToken makes a token with which a page of the application shows the trail of
// one project: a JWT, signed with the key that the activity_api extension has under
// embedding::key. Make it in the backend for whom may see the project, and never
// hand out the key.
func EmbedToken(key []byte, claims EmbedClaims) (string, error) {
	return embedToken(key, claims, time.Now())
}

func embedToken(key []byte, claims EmbedClaims, now time.Time) (string, error) {
	if claims.TTL == 0 {
		claims.TTL = defaultEmbedTTL
	}
	switch {
	case len(key) < minEmbedKey:
		return "", fmt.Errorf("make an embedding token: the key has %d bytes, it needs %d or more", len(key), minEmbedKey)
	case claims.Project == "":
		return "", errors.New("make an embedding token: name the project that it shows")
	case claims.TTL < time.Second:
		return "", fmt.Errorf("make an embedding token: it would be good for %s, make it a second or more", claims.TTL)
	}
	// Every SDK makes the same bytes of the same claims: in this order, nothing
	// escaped for HTML.
	var payload bytes.Buffer
	encoder := json.NewEncoder(&payload)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		Audience string `json:"aud"`
		Expires  int64  `json:"exp"`
		IssuedAt int64  `json:"iat"`
		Project  string `json:"project"`
		Subject  string `json:"sub,omitempty"`
	}{embedAudience, now.Unix() + int64(claims.TTL/time.Second), now.Unix(), claims.Project, claims.Subject})
	if err != nil {
		return "", fmt.Errorf("make an embedding token: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(embedHeader)) + "." +
		base64.RawURLEncoding.EncodeToString(bytes.TrimSpace(payload.Bytes()))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}
