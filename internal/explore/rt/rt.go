// Package rt holds the Rust part of the explorer: a module that goes into a copy of tokio, std only, inert unless pollux
// started the process. The Rust files explain themselves, mod.rs first; nothing is here but their text.
package rt

import "embed"

// Files holds the module as the folder pollux.
//
//go:embed pollux/*.rs
var Files embed.FS
