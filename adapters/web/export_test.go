package web

// Patterns are all routes of the page.
func (p *Page) Patterns() []string {
	var all []string
	for _, r := range p.table() {
		all = append(all, r.pattern)
	}
	return all
}

// APIPatterns are all routes of the API.
func (p *Page) APIPatterns() []string { return p.api.Patterns() }
