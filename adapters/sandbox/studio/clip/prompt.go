package clip

import "strings"

// mood is what a prompt asks for.
type mood struct {
	steam  bool
	sizzle bool
	glints bool
	arc    bool // of the camera
}

// read looks for the words that the stand-in can act on. A word doesn't count when its clause denies it before it
// comes: "no steam".
func read(prompt string) mood {
	var m mood
	clauses := strings.FieldsFunc(strings.ToLower(prompt), func(r rune) bool {
		return strings.ContainsRune(".,;:!?()\n", r)
	})
	for _, c := range clauses {
		denied := false
		for _, w := range strings.FieldsFunc(c, func(r rune) bool {
			return !('a' <= r && r <= 'z' || r == '\'' || r == '’')
		}) {
			switch w {
			case "no", "not", "without", "never", "nor", "free", "avoid", "don't", "don’t", "isn't", "isn’t":
				denied = true
			case "but", "only", "while":
				denied = false
			default:
				if !denied {
					m.hear(w)
				}
			}
		}
	}
	return m
}

func (m *mood) hear(word string) {
	switch word {
	case "steam", "steams", "steaming", "steamy", "vapor", "vapour":
		m.steam = true
	case "sizzle", "sizzles", "sizzling", "sputter", "sputters", "sputtering", "crackling":
		m.sizzle = true
	case "ice", "iced", "icy", "frost", "frosty", "condensation", "droplets", "sparkle", "sparkles", "sparkling",
		"glint", "glints", "glinting", "glisten", "glistens", "glistening", "shimmer", "shimmering":
		m.glints = true
	case "arc", "arcs", "orbit", "orbits", "orbiting":
		m.arc = true
	}
}
