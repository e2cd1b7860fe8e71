package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// texts are the words of the page itself in one language.
type texts struct {
	Lang, Other, OtherName               string // this language, the other one and its own name
	Title, Tagline                       string
	Welcome, Example, TrySample          string
	SampleCaption                        string
	Placeholder, Words, Pick, Send, Drop string
	Remove, PhotoFirst, Download         string
	Offline, NoScript, Chat, You         string
	Progress, Again                      string
	TooMuch, TooLong                     string
}

// readTexts reads the page's words, which are compiled in: a test reads them all.
func readTexts() map[string]texts {
	all := make(map[string]texts, 2)
	for _, lang := range []string{"ko", "en"} {
		data, err := files.ReadFile("page/" + lang + ".json")
		if err != nil {
			panic(err)
		}
		var t texts
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&t); err != nil {
			panic(err)
		}
		t.Lang, t.SampleCaption = lang, sample.Caption
		all[lang] = t
	}
	return all
}

// asset serves a file that is compiled in.
func asset(name, contentType string) http.HandlerFunc {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(data)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
}

func samplePhoto(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/jpeg")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(sample.Photo))
}
