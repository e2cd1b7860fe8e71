package present

import (
	"slices"

	"github.com/sajangpick/sajangpick/pipeline"
)

// TallName is how the size is called that has no name in an order.
const TallName = "tall"

// Sizes are what a short may be changed to, as buttons and phrases call them.
func Sizes() []string {
	var names []string
	for _, s := range pipeline.Sizes() {
		names = append(names, SizeName(s))
	}
	return names
}

func SizeName(s pipeline.Size) string {
	if s == pipeline.Tall {
		return TallName
	}
	return string(s)
}

// SizeOf is the size that a name stands for, nil for none.
func SizeOf(name string) *pipeline.Size {
	i := slices.Index(Sizes(), name)
	if i < 0 {
		return nil
	}
	return &pipeline.Sizes()[i]
}

// Made is the phrase about what an order's cut becomes: most speak of a video, and have one like them that
// speaks of a picture.
func Made(lang, key string, s pipeline.Size) string {
	if s == pipeline.Still {
		key += ".still"
	}
	return Fill(lang, key, nil)
}
