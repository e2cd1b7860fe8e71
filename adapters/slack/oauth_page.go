package slack

import (
	_ "embed"
	"html/template"
	"net/http"
	"strings"

	"github.com/sajangpick/sajangpick/bot/present"
)

//go:embed oauth_page.html
var installPage string

var installLayout = template.Must(template.New("install").Parse(installPage))

// show says how the installation went, and what to do next.
func (i *Installer) show(w http.ResponseWriter, r *http.Request, status int, key string) {
	lang := "en"
	if wanted := r.Header.Get("Accept-Language"); wanted == "" || strings.Contains(strings.ToLower(wanted), "ko") {
		lang = "ko"
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer") // the address holds a code
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; "+
		"base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	said := Describe().Phrases[lang]
	text, again := said[key], ""
	if key == "install.done" {
		text += "\n\n" + present.Fill(lang, "ai", nil)
	} else {
		again = said["install.again"]
	}
	err := installLayout.Execute(w, map[string]string{"Lang": lang, "Text": text, "Again": again})
	if err != nil {
		i.Log.Debug("page not sent", "platform", Platform, "err", err)
	}
}
