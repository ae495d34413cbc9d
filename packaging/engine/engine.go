//go:build pin

// Package engine says to Go what go.mod and go.sum are to pin; no build compiles it.
package engine

import _ "golang.zx2c4.com/wireguard"
