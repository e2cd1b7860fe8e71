package web

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// poster is a short as it will look, drawn by the browser.
type poster struct {
	ID, Look, Shape, Photo     string
	Menu, Price, Regular, Shop string
}

// option is one of a choice.
type option struct {
	Name, Label, Sound string
	Now                bool
	Poster             poster
}

// fields are the words of a form.
type fields struct {
	Menu, Price, Regular, Shown, Seen string
	Real                              bool // was said before: it isn't asked
	Wrong                             map[string]string
}

type formPage struct {
	fields
	Key, Kept, Photo, Usual         string
	Poster                          poster
	Looks, Music                    []option
	Examples                        []poster
	Sample, SampleMenu, SamplePrice any
}

// form is the page of a new short.
func (p *Page) form(w http.ResponseWriter, r *http.Request, v *visitor) {
	p.drawForm(w, r, v, http.StatusOK, present.Form{}, r.URL.Query().Get("kept"), "", nil)
}

// drawForm shows the form as it was filled in. kept is the key of a picture that is here already.
func (p *Page) drawForm(
	w http.ResponseWriter, r *http.Request, v *visitor, status int, f present.Form, kept, seen string,
	wrong []present.Problem,
) {
	if _, ok := p.forms.Kept(r.Context(), v.Shop, kept); !ok {
		kept = ""
	}
	b := formPage{
		fields: fields{
			Menu: f.Menu, Price: f.Price, Regular: f.Regular, Seen: seen, Real: v.shop.RegularReal,
			Wrong: byField(wrong),
		},
		Key: strings.ToLower(rand.Text()), Kept: kept, Looks: p.lookOptions(v, f.Look),
		Music: p.musicOptions(v, f.Music),
	}
	if kept != "" {
		b.Key = kept // the picture that is here is this form's
	}
	if read := present.ReadForm(v.lang, f); f.Price != "" && read.Words.Price != f.Price {
		b.Shown = read.Words.Price
	}
	b.Poster = examplePoster(v, v.shop.Look)
	b.Poster.Look = p.lookOf(v, f.Look)
	for i := range b.Looks {
		b.Looks[i].Poster = examplePoster(v, b.Looks[i].Name)
	}
	for _, look := range p.opts.Looks {
		b.Examples = append(b.Examples, poster{
			Look: look, Shape: "square", Photo: "/web/sample.jpg", Menu: "새우 파스타", Price: "18,000원", Shop: shopName(v),
		})
	}
	b.Usual = present.Fill(v.lang, "new.time", present.Args{"time": present.Duration(v.lang, p.usual(r))})
	if p.opts.Sample != "" {
		b.Sample, b.SampleMenu, b.SamplePrice = true, "새우 파스타", "18,000원"
	}
	p.show(w, r, v, status, screen{
		Name: "form", Title: present.Fill(v.lang, "page.new", nil), Place: "make", Body: b, Aside: p.monthLeft(r, v),
	})
}

func (p *Page) usual(r *http.Request) time.Duration {
	steps, err := p.opts.Store.MedianStepTimes(r.Context())
	var whole time.Duration
	for _, took := range steps {
		whole += took
	}
	if err != nil || whole == 0 {
		return 2 * time.Minute
	}
	return whole
}

func (p *Page) monthLeft(r *http.Request, v *visitor) string {
	used, limit, err := p.opts.Orders.UsedThisMonth(r.Context(), v.shop)
	if err != nil || limit == 0 {
		return ""
	}
	return month(v.lang, "page.month.short", used, limit)
}

func shopName(v *visitor) string {
	if v.shop.Name == "" {
		return present.Fill(v.lang, "page.noshop", nil)
	}
	return v.shop.Name
}

func examplePoster(v *visitor, look string) poster {
	return poster{
		Look: look, Shape: "square", Shop: shopName(v),
		Menu: present.Fill(v.lang, "new.name.hint", nil), Price: present.Fill(v.lang, "new.price.hint", nil) + "원",
	}
}

func (p *Page) lookOf(v *visitor, chosen string) string {
	return cmp.Or(chosen, v.shop.Look, p.opts.Looks[0])
}

func (p *Page) lookOptions(v *visitor, chosen string) []option {
	var all []option
	for _, name := range p.opts.Looks {
		all = append(all, option{
			Name: name, Label: present.Fill(v.lang, "look."+name, nil), Now: name == p.lookOf(v, chosen),
		})
	}
	return all
}

func (p *Page) musicOptions(v *visitor, chosen string) []option {
	chosen = cmp.Or(chosen, v.shop.Music, p.opts.Music[0])
	var all []option
	for _, name := range p.opts.Music {
		all = append(all, option{
			Name: name, Label: present.Fill(v.lang, "music."+name, nil), Now: name == chosen,
			Sound: "/web/music/" + name + ".mp3",
		})
	}
	if v.shop.Track != "" {
		all = append(all, option{
			Name: "own", Label: present.Fill(v.lang, "music.own", nil), Now: chosen == "own" || chosen == v.shop.Track,
		})
	}
	return all
}

func byField(all []present.Problem) map[string]string {
	m := map[string]string{}
	for _, x := range all {
		m[x.Field] = x.Text
	}
	return m
}

func wordsOf(f intake.Form) present.Form {
	return present.Form{
		Menu: f.Get("menu"), Price: f.Get("price"), Regular: f.Get("regular"), Real: f.Get("real") != "",
		Seen: f.Get("seen"), Look: f.Get("look"), Music: f.Get("music"),
	}
}

// order takes the form in. What is wrong stands beside its field, and the picture is kept meanwhile.
func (p *Page) order(w http.ResponseWriter, r *http.Request, v *visitor) {
	f, ok := p.readForm(w, r, v, "")
	if !ok {
		return
	}
	words, key := wordsOf(f), f.Get("key")
	photo := f.Photo
	if photo.Ref == "" {
		photo, _ = p.forms.Kept(r.Context(), v.Shop, key)
	}
	if !intake.IsName(key) || photo.Ref == "" {
		p.wrongForm(w, r, v, words, key, present.Reading{}, []present.Problem{
			{Field: "photo", Text: present.Fill(v.lang, "new.nophoto", nil)},
		})
		return
	}
	u := v.update()
	u.Message = key
	u.Pictures = []bot.Image{{Photo: photo, Message: key}}
	reply, read, err := p.opts.Orders.Order(r.Context(), u, words)
	switch {
	case err != nil:
		p.failed(w, r, v, err)
	case len(read.Problems) > 0 || len(reply.Placed) == 0:
		if len(read.Problems) == 0 && reply.Text != "" { // e.g. that it was made long ago
			read.Problems = []present.Problem{{Field: "photo", Text: reply.Text}}
		}
		p.wrongForm(w, r, v, words, key, read, read.Problems)
	default:
		p.opts.Hub.Changed(v.Shop, reply.Placed[0].ID)
		p.done(w, r, orderPath(reply.Placed[0].ID), reply.Text)
	}
}

// wrongForm shows what is wrong, with what was read of it.
func (p *Page) wrongForm(
	w http.ResponseWriter, r *http.Request, v *visitor, f present.Form, key string, read present.Reading,
	wrong []present.Problem,
) {
	if wantsJSON(r) {
		writeJSON(w, http.StatusUnprocessableEntity, answer{Problems: wrong, Shown: read.Shown})
		return
	}
	p.drawForm(w, r, v, http.StatusUnprocessableEntity, f, key, read.Shown, wrong)
}

// readForm reads what a page sends; v is nil for a visitor who isn't signed in. When it reports false it has answered,
// after it has taken the rest of the body: a browser that still sends doesn't read an answer. key: see intake.Reader.
func (p *Page) readForm(w http.ResponseWriter, r *http.Request, v *visitor, key string) (intake.Form, bool) {
	shop := int64(0)
	if v != nil {
		shop = v.Shop
	}
	f, err := p.forms.Read(w, r, shop, key)
	if err != nil {
		drain(r)
		p.badForm(w, r, v, err)
	}
	return f, err == nil
}

// badForm answers what can't be read.
func (p *Page) badForm(w http.ResponseWriter, r *http.Request, v *visitor, err error) {
	status, key := intake.Refusal(err)
	if status == 0 {
		p.failed(w, r, v, err)
		return
	}
	if v != nil && wantsJSON(r) && status != http.StatusBadRequest {
		wrong := []present.Problem{{Field: "photo", Text: present.Fill(v.lang, key, nil)}}
		writeJSON(w, status, answer{Problems: wrong})
		return
	}
	p.refuse(w, r, v, status, key, nil)
}

// readWords says how words will stand on the short, while they are written.
func readWords(w http.ResponseWriter, r *http.Request, v *visitor) {
	q := r.URL.Query()
	f := present.Form{Menu: limit(q.Get("menu")), Price: limit(q.Get("price")), Regular: limit(q.Get("regular"))}
	read := present.ReadForm(v.lang, f)
	regular := ""
	if read.Words.Regular > 0 {
		regular = caption.Won(read.Words.Regular)
	}
	writeJSON(w, http.StatusOK, map[string]string{
		"menu": read.Words.Menu, "price": read.Words.Price, "regular": regular, "shown": read.Shown,
	})
}

// limit cuts what is too long to be words.
func limit(s string) string {
	return strings.ToValidUTF8(s[:min(len(s), 1000)], "")
}

// shared takes a picture that a phone's gallery shares with the installed page, and asks for its words.
func (p *Page) shared(w http.ResponseWriter, r *http.Request, v *visitor) {
	key := strings.ToLower(rand.Text())
	f, ok := p.readForm(w, r, v, key)
	if !ok {
		return
	}
	to := "/"
	if f.Photo.Ref != "" {
		to = "/?kept=" + key
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func samplePhoto(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/jpeg")
	serveBytes(w, r, sample.Photo)
}
