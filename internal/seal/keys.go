package seal

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// Labels of the PEM blocks, those of openssl.
const (
	privateLabel = "PRIVATE KEY"
	publicLabel  = "PUBLIC KEY"
)

// Errors of reading keys. None quotes what it was given.
var (
	errPrivateKey = errors.New("not an Ed25519 private key in PEM: make one with `activityctl seal keygen`, or with `openssl genpkey -algorithm ed25519`")
	errPublicKey  = errors.New("not an Ed25519 public key in PEM: `activityctl seal keygen` writes it beside the private one, or `openssl pkey -in key.pem -pubout`")
)

// NewKey makes a key and returns both halves as PEM: PKCS #8 and SubjectPublicKeyInfo.
func NewKey() (private, public []byte, err error) {
	publicKey, privateKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	private, err = x509.MarshalPKCS8PrivateKey(privateKey)
	if err != nil {
		return nil, nil, fmt.Errorf("write a private key: %w", err)
	}
	public, err = x509.MarshalPKIXPublicKey(publicKey)
	if err != nil {
		return nil, nil, fmt.Errorf("write a public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: privateLabel, Bytes: private}),
		pem.EncodeToMemory(&pem.Block{Type: publicLabel, Bytes: public}), nil
}

// ParsePrivateKey reads a private key in PEM.
func ParsePrivateKey(text []byte) (ed25519.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != privateLabel {
		return nil, errPrivateKey
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, errPrivateKey
	}
	return key, nil
}

// ParsePublicKeys reads one public key in PEM, or several one after the other: a
// trail whose key was changed has seals of both.
func ParsePublicKeys(text []byte) ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		key, ok := parsed.(ed25519.PublicKey)
		if err != nil || !ok {
			return nil, errPublicKey
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errPublicKey
	}
	return keys, nil
}
