package present

import (
	"maps"
	"slices"

	"github.com/sajangpick/sajangpick/pipeline"
)

// ProviderNames are the providers that there are, and any others that were paid.
func ProviderNames(spent map[string]pipeline.Credits) []string {
	names := []string{"runway", "creatomate"}
	for _, name := range slices.Sorted(maps.Keys(spent)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
