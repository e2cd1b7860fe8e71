package present

import (
	"embed"
	"io/fs"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/pipeline"
)

//go:embed ko/*.txt en/*.txt
var texts embed.FS

// phrases are read once and never written again: by language, then by key.
var phrases = sync.OnceValue(func() map[string]map[string]string {
	return map[string]map[string]string{"ko": readPhrases("ko"), "en": readPhrases("en")}
})

// readPhrases reads a language's files.
func readPhrases(lang string) map[string]string {
	m := map[string]string{}
	files, err := fs.Glob(texts, lang+"/*.txt")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, name := range files {
		text, err := texts.ReadFile(name)
		if err != nil {
			panic(err) // it is compiled in
		}
		maps.Copy(m, ReadPhrases(string(text)))
	}
	return m
}

// ReadPhrases reads the phrases of a file, by key: each has one line, with a tab behind its key and \n where it begins
// a new line.
func ReadPhrases(text string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(text) {
		if key, phrase, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t"); ok && line[0] != '#' {
			m[key] = strings.ReplaceAll(phrase, `\n`, "\n")
		}
	}
	return m
}

// Args fill the slots of a phrase, by name.
type Args map[string]string

// Fill gives a phrase with its slots filled. A language that isn't ours is answered in Korean; the
// region of a language (en-US) doesn't matter. An unknown key is a mistake in the program and gives "".
func Fill(lang, key string, args Args) string {
	return fill(book(lang)[key], args)
}

func book(lang string) map[string]string { return phrases()[known(lang)] }

// known is the language of ours that a person of any is spoken to in.
func known(lang string) string {
	lang, _, _ = strings.Cut(strings.ToLower(lang), "-")
	if _, ok := phrases()[lang]; ok {
		return lang
	}
	return "ko"
}

// FillIn gives a phrase that isn't one of ours with its slots filled.
func FillIn(phrase string, args Args) string { return fill(phrase, args) }

// fill replaces {name}, {name을} and {을}: a name is in Latin letters, a particle in Hangul.
func fill(phrase string, args Args) string {
	var b strings.Builder
	last := ""
	for {
		before, rest, ok := strings.Cut(phrase, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		slot, after, ok := strings.Cut(rest, "}")
		if !ok {
			return b.String()
		}
		name := strings.TrimRightFunc(slot, func(r rune) bool { return r >= 0x80 })
		if name != "" {
			last = args[name]
			b.WriteString(last)
		}
		if particle := slot[len(name):]; particle != "" {
			b.WriteString(Particle(last, particle))
		}
		phrase = after
	}
}

// Reason says why an order came to nothing or has to wait, and what to do.
func Reason(lang string, r pipeline.Reason) string {
	if p := Fill(lang, "reason."+string(r), nil); p != "" {
		return p
	}
	return Fill(lang, "reason."+string(pipeline.ReasonTrouble), nil)
}

// Step names what is being done, in a word or two.
func Step(lang string, s pipeline.Step) string { return Fill(lang, "step."+string(s), nil) }

// Stage says how an order stands, in one line.
func Stage(lang string, o pipeline.Order) string {
	switch {
	case o.Status == pipeline.Failed || o.Status == pipeline.Parked:
		if p := Fill(lang, "reason."+string(o.Reason)+".still", nil); p != "" && o.Cut.Size == pipeline.Still {
			return p
		}
		return Reason(lang, o.Reason)
	case o.Status == pipeline.Delivered && o.Cut.Size == pipeline.Still:
		return Fill(lang, "done.still", nil)
	case o.Status == pipeline.Delivered:
		return Done(lang)
	case o.Status == pipeline.Cancelled:
		return Fill(lang, "cancelled", nil)
	case IsHeld(o), o.AwaitsAnswer():
		return Reason(lang, o.Reason)
	case o.Phase == pipeline.Unknown:
		return Fill(lang, "checking", nil)
	}
	return Step(lang, o.Step)
}

// FallbackNote says why a short shows the photo itself and no clip.
func FallbackNote(lang string, why pipeline.Reason) string {
	switch why {
	case pipeline.ReasonDishChanged:
		return Fill(lang, "fallback.changed", nil)
	case pipeline.ReasonPhotoRefused, pipeline.ReasonPhotoText:
		return Fill(lang, "fallback.refused", nil)
	}
	return Fill(lang, "fallback.down", nil)
}

// Done says that the short is there.
func Done(lang string) string { return Fill(lang, "done", nil) }

// Accepted says that an order was taken in and how long it usually takes.
func Accepted(lang string, usual time.Duration) string {
	return Fill(lang, "accepted", Args{"time": Duration(lang, usual)})
}

// Question asks for what a caption lacks; "" if it lacks nothing.
func Question(lang string, r caption.Result) string {
	args := Args{"menu": r.Menu, "read": r.Read}
	key := ""
	switch {
	case r.Outcome == caption.Choose && sameDish(r.Choices):
		key, args["menu"] = "ask.which", r.Choices[0].Menu
	case r.Outcome == caption.Choose:
		key = "ask.choose"
	case r.Outcome == caption.NeedMenu:
		key = "ask.menu"
	case r.Outcome == caption.NeedBoth:
		key = "ask.both"
	case r.Outcome == caption.NeedPrice && r.Foreign:
		key = "ask.foreign"
	case r.Outcome == caption.NeedPrice && r.Read != "":
		key = "ask.implausible"
	case r.Outcome == caption.NeedPrice:
		key = "ask.price"
	}
	return Fill(lang, key, args)
}

func sameDish(cs []caption.Choice) bool {
	for _, c := range cs {
		if c.Menu != cs[0].Menu {
			return false
		}
	}
	return len(cs) > 0
}

// Duration says roughly how long something takes (2분쯤), never less than ten seconds.
func Duration(lang string, d time.Duration) string {
	switch {
	case d < 55*time.Second:
		n := max(10, int(d.Round(10*time.Second)/time.Second))
		return Fill(lang, "time.seconds", Args{"n": strconv.Itoa(n)})
	case d < 90*time.Second:
		return Fill(lang, "time.minute", nil)
	case d < 59*time.Minute+30*time.Second:
		return Fill(lang, "time.minutes", Args{"n": strconv.Itoa(int(d.Round(time.Minute) / time.Minute))})
	case d < 90*time.Minute:
		return Fill(lang, "time.hour", nil)
	}
	return Fill(lang, "time.hours", Args{"n": strconv.Itoa(int(d.Round(time.Hour) / time.Hour))})
}
