package present

// MenuEntry is a command as a platform's menu shows it.
type MenuEntry struct{ Name, Text string }

// Commands are what the menus of platforms offer; there is more that can be written.
func Commands(lang string) []MenuEntry {
	var menu []MenuEntry
	for _, name := range []string{
		"help", "videos", "usage", "shop", "logo", "look", "music", "settings", "web", "language", "cancel", "export",
		"forget",
	} {
		menu = append(menu, MenuEntry{name, Fill(lang, "command."+name, nil)})
	}
	return menu
}

// About is what a platform shows of us before anything is written, at most 512 characters, and the same in at most 120.
func About(lang string) (long, short string) {
	return Fill(lang, "about", nil), Fill(lang, "about.short", nil)
}

// AdminCommands are the menus of admins: what they need, and what all people may.
func AdminCommands(lang string) []MenuEntry {
	var menu []MenuEntry
	for _, name := range []string{
		"status", "stuck", "spend", "log", "shops", "invite", "limit", "retry", "resend", "pause", "resume",
	} {
		menu = append(menu, MenuEntry{name, Fill(lang, "command."+name, nil)})
	}
	return append(menu, Commands(lang)...)
}
