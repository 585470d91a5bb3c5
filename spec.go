// Package chatspec holds the two texts that everything else is built on: the
// registry of requirements (SPEC.md) and the features that show them.
package chatspec

import "embed"

// Spec is SPEC.md: the specification, its translation, the requirements and
// the open points. Package verdict reads the registry from it.
//
//go:embed SPEC.md
var Spec string

// Features holds features/*.feature, in Indonesian Gherkin.
//
//go:embed features/*.feature
var Features embed.FS
