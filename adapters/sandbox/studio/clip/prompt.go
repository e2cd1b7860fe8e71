package clip

import "strings"

// mood is what a prompt asks for.
type mood struct{ steam, glints bool }

// read looks for the words that the stand-in can act on. A word doesn't count when its clause denies it before it comes: "no steam".
func read(prompt string) mood {
	var m mood
	clauses := strings.FieldsFunc(strings.ToLower(prompt), func(r rune) bool { return strings.ContainsRune(".,;:!?()\n", r) })
	for _, c := range clauses {
		denied := false
		for _, w := range strings.FieldsFunc(c, func(r rune) bool { return !('a' <= r && r <= 'z' || r == '\'' || r == '’') }) {
			switch w {
			case "no", "not", "without", "never", "nor", "free", "avoid", "don't", "don’t", "isn't", "isn’t":
				denied = true
			case "but", "only", "while":
				denied = false
			case "steam", "steams", "steaming", "steamy", "vapor", "vapour":
				m.steam = m.steam || !denied
			case "ice", "iced", "icy", "frost", "frosty", "condensation", "droplets", "sparkle", "sparkles", "sparkling",
				"glint", "glints", "glinting", "glisten", "glistens", "glistening", "shimmer", "shimmering":
				m.glints = m.glints || !denied
			}
		}
	}
	return m
}
