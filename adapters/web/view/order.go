// Package view is how an order is shown: on the page, on its socket and by the API.
package view

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Order is an order as its shop sees it. All of it is text, never markup.
type Order struct {
	ID       int64     `json:"id"`
	Version  int64     `json:"version"`
	Status   string    `json:"status"` // open, delivered, failed, cancelled or waiting
	Step     string    `json:"step,omitempty"`
	Text     string    `json:"text"`
	Note     string    `json:"note,omitempty"`
	Done     float64   `json:"done"`
	Left     int       `json:"seconds_left,omitempty"`
	Menu     string    `json:"menu"`
	Price    string    `json:"price"`
	Regular  string    `json:"regular,omitempty"`
	Look     string    `json:"look"`
	Music    string    `json:"music"`
	Size     string    `json:"size"`
	Cut      int       `json:"cut"`
	Ratio    string    `json:"ratio,omitempty"`
	By       string    `json:"by,omitempty"`
	Placed   time.Time `json:"placed"`
	Changed  time.Time `json:"changed"`
	PhotoURL string    `json:"photo_url"`
	ShortURL string    `json:"short_url,omitempty"`
	FileName string    `json:"file_name,omitempty"`
	Post     string    `json:"post,omitempty"`

	Asks      bool   `json:"asks_about_photo,omitempty"` // Text asks whether the photo is to be used as it is
	CanCancel bool   `json:"can_cancel"`
	CanChange bool   `json:"can_change"`
	Platform  string `json:"-"`
}

// Maker shows orders. Standing says how one stands.
type Maker struct {
	Base     string // of the addresses of orders, to which their numbers are added; empty: the page's
	Standing func(ctx context.Context, lang string, o pipeline.Order) (present.Progress, error)
	Platform func(name string) bot.Platform
}

// Order shows one in a language.
func (m Maker) Order(ctx context.Context, lang string, o pipeline.Order) (Order, error) {
	s, err := m.Standing(ctx, lang, o)
	if err != nil {
		return Order{}, err
	}
	base := cmp.Or(m.Base, "/web/orders/")
	base += strconv.FormatInt(o.ID, 10)
	w := o.Cut.Words
	v := Order{
		ID: o.ID, Version: o.Version, Status: Status(o), Text: s.Text, Note: s.Note, Done: s.Done,
		Left: int(s.Left.Round(time.Second) / time.Second), Menu: w.Menu, Price: w.Price,
		Look: o.Cut.Look, Music: MusicName(o.Cut.Music), Size: SizeName(o.Cut.Size), Cut: o.Cut.N,
		Ratio: o.Framing.Ratio,
		By:    m.by(lang, o), Placed: o.Placed, Changed: o.Changed, Platform: o.Thread.Platform,
		PhotoURL:  base + "/photo",
		CanCancel: o.Status == pipeline.Open && o.Step != pipeline.Deliver,
		CanChange: o.Status == pipeline.Delivered || o.Status == pipeline.Open && o.Shown == 0,
	}
	v.Asks = o.AwaitsAnswer()
	if w.Regular > 0 {
		v.Regular = caption.Won(w.Regular)
	}
	if o.Status == pipeline.Open {
		v.Step = string(o.Step)
	}
	if Plays(o) {
		v.ShortURL = fmt.Sprintf("%s/short?cut=%d", base, o.Cut.N)
		v.FileName = FileName(o)
		v.Post = present.Post(lang, o, present.CaptionUnits)
	}
	return v, nil
}

// by is who asked for an order, as far as the platform says, and where.
func (m Maker) by(lang string, o pipeline.Order) string {
	where := m.Platform(o.Thread.Platform).Labels.In(lang, o.Thread.Platform)
	if o.Maker == "" {
		return where
	}
	return o.Maker + " · " + where
}

// Status is an order's status in the page's words: what waits for an admin isn't the shop's concern.
func Status(o pipeline.Order) string {
	if o.Status == pipeline.Parked {
		return "waiting"
	}
	return string(o.Status)
}

// Plays reports whether an order's newest short is there.
func Plays(o pipeline.Order) bool { return o.Cut.ShortKey != "" && o.Status == pipeline.Delivered }

// SizeName is what the page and the API call a size.
func SizeName(s pipeline.Size) string {
	if s == pipeline.Tall {
		return "tall"
	}
	return string(s)
}

// MusicName hides the blob of a shop's own piece.
func MusicName(music string) string {
	if strings.HasPrefix(music, pipeline.TrackPrefix) {
		return "own"
	}
	return music
}

// FileType is what kind of file an order's short is.
func FileType(o pipeline.Order) string {
	if o.Cut.Size == pipeline.Still {
		return "image/jpeg"
	}
	return "video/mp4"
}

// FileName is the dish, in a form that every system takes: 새우파스타.mp4.
func FileName(o pipeline.Order) string {
	name := strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || strings.ContainsRune(`/\:*?"<>|.%`, r) {
			return -1
		}
		return r
	}, o.Cut.Words.Menu)
	if name == "" {
		name = strconv.FormatInt(o.ID, 10)
	}
	if o.Cut.Size == pipeline.Still {
		return name + ".jpg"
	}
	return name + ".mp4"
}
