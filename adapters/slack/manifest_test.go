package slack

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	sdk "github.com/slack-go/slack"
)

const manifestPath = "../../docs/slack-manifest.json"

func manifest(t *testing.T) (m sdk.Manifest, text string) {
	t.Helper()
	raw, err := os.ReadFile(manifestPath)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m, string(raw)
}

func TestManifest_AsksForWhatTheProgramUses(t *testing.T) {
	m, _ := manifest(t)
	if got := m.OAuthConfig.Scopes.Bot; !slices.Equal(got, Scopes()) {
		t.Errorf("scopes\n%q, the code has\n%q", got, Scopes())
	}
	if got := m.Settings.EventSubscriptions.BotEvents; !slices.Equal(got, Events()) {
		t.Errorf("events\n%q, the code has\n%q", got, Events())
	}
	for _, e := range Events() {
		kind, _, _ := strings.Cut(e, ".")
		if kind != "app_uninstalled" && !slices.Contains(events, kind) {
			t.Errorf("nobody reads %s", e)
		}
	}
	if c := m.Features.SlashCommands; len(c) != 1 || c[0].Command != Command {
		t.Errorf("commands %+v", c)
	}
	if s := m.Features.Shortcuts; len(s) != 1 || s[0].CallbackID != Shortcut || s[0].Type != sdk.MessageShortcut {
		t.Errorf("shortcuts %+v", s)
	}
	for where, got := range map[string]string{
		"events": m.Settings.EventSubscriptions.RequestUrl, "interactions": m.Settings.Interactivity.RequestUrl,
		"commands": m.Features.SlashCommands[0].Url,
	} {
		if got != "https://YOUR-HOST/webhooks/slack/"+where {
			t.Errorf("%s go to %s", where, got)
		}
	}
	if got := m.OAuthConfig.RedirectUrls; !slices.Equal(got, []string{
		(&Installer{opts: InstallOptions{Base: "https://YOUR-HOST"}}).back(),
	}) {
		t.Errorf("consent comes back to %q", got)
	}
}

func TestManifest_KeepsToSlacksLimits(t *testing.T) {
	m, text := manifest(t)
	if strings.Contains(text, "/status") {
		t.Error("/status is Slack's own")
	}
	if strings.Contains(text, "assistant") || strings.Contains(text, "agent") {
		t.Error("agent features make a thread of every direct message")
	}
	for what, over := range map[string]bool{
		"name":        utf8.RuneCountInString(m.Display.Name) > 35,
		"description": utf8.RuneCountInString(m.Display.Description) > 140,
		"shortcut":    utf8.RuneCountInString(m.Features.Shortcuts[0].Name) > 24,
		"command":     len(m.Features.SlashCommands[0].Command) > 32,
		"usage hint":  utf8.RuneCountInString(m.Features.SlashCommands[0].UsageHint) > 1000,
	} {
		if over {
			t.Errorf("the %s is too long", what)
		}
	}
}
