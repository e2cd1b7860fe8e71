// Package sample holds the photo and the line that the demo orders from. The picture is no photo: noodles, shrimps and
// bowl were modelled by a script of this project and drawn by a path tracer (Blender's Cycles), so it may be shipped
// and shown anywhere.
package sample

import _ "embed"

// Photo is a JPEG of a plate of shrimp pasta.
//
//go:embed shrimp_pasta.jpg
var Photo []byte

// Caption is what an owner would write under it.
const Caption = "새우 파스타 18,000원"
