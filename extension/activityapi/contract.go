package activityapi

import "embed"

// contract is what the API promises, and serves to who asks.
//
//go:embed openapi.yaml
var contract []byte

// dist is the built web page. Only `make ui` writes it.
//
//go:embed all:ui/dist
var dist embed.FS
