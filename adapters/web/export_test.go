package web

// Patterns are all routes of the page.
func (p *Page) Patterns() []string {
	var all []string
	for _, r := range p.table() {
		all = append(all, r.pattern)
	}
	return all
}
