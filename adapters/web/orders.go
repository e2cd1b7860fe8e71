package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const onPage = 24 // shorts

func orderPath(id int64) string { return "/web/orders/" + strconv.FormatInt(id, 10) }

// card is an order in the list.
type card struct {
	Order  view.Order
	Poster poster
	Head   string
	By     string // in a list of several people's orders: whose it is
}

type group struct {
	Title string
	Cards []card
}

type listPage struct {
	Groups       []group
	Newer, Older string
}

// list shows the shop's orders, newest first, from whatever chat they came.
func (p *Page) list(w http.ResponseWriter, r *http.Request, v *visitor) {
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // what is no number is the first page
	orders, err := p.opts.Store.OrdersOf(r.Context(), v.Shop, max(before, 0), onPage+1)
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	b := listPage{}
	if len(orders) > onPage {
		orders = orders[:onPage]
		b.Older = "/web/orders?before=" + strconv.FormatInt(orders[onPage-1].ID, 10)
	}
	if before > 0 {
		b.Newer = "/web/orders"
	}
	going, several := false, severalPeople(orders)
	for _, o := range orders {
		c, err := p.card(r, v, o)
		if err != nil {
			p.failed(w, r, v, err)
			return
		}
		if several {
			c.By = c.Order.By
		}
		going = going || o.Status == pipeline.Open
		title := present.Fill(v.lang, when(o.Placed.In(p.opts.Zone), time.Now().In(p.opts.Zone)), nil)
		if last := len(b.Groups) - 1; last < 0 || b.Groups[last].Title != title {
			b.Groups = append(b.Groups, group{Title: title})
		}
		g := &b.Groups[len(b.Groups)-1]
		g.Cards = append(g.Cards, c)
	}
	used, limit, err := p.opts.Orders.UsedThisMonth(r.Context(), v.shop)
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	p.show(w, r, v, http.StatusOK, screen{
		Name: "orders", Title: present.Fill(v.lang, "page.mine", nil), Place: "mine", Body: b, Refresh: going,
		Aside: month(v.lang, "page.month", used, limit),
	})
}

func severalPeople(orders []pipeline.Order) bool {
	return slices.ContainsFunc(orders, func(o pipeline.Order) bool {
		return o.Maker != orders[0].Maker
	})
}

// when names the phrase of the group that an order stands in.
func when(placed, now time.Time) string {
	y, m, d := now.Date()
	switch today := time.Date(y, m, d, 0, 0, 0, 0, now.Location()); {
	case !placed.Before(today):
		return "list.today"
	case !placed.Before(today.AddDate(0, 0, -7)):
		return "list.week"
	}
	return "list.older"
}

func (p *Page) card(r *http.Request, v *visitor, o pipeline.Order) (card, error) {
	shown, err := p.opts.Views.Order(r.Context(), v.lang, o)
	if err != nil {
		return card{}, err
	}
	c := card{Order: shown, Poster: p.posterOf(v, shown, o), Head: present.Fill(v.lang, "one.failed", nil)}
	switch o.Status {
	case pipeline.Cancelled:
		c.Head = present.Fill(v.lang, "one.cancelled", nil)
		c.Order.Text = ""
	case pipeline.Parked:
		c.Head = ""
	}
	return c, nil
}

// shapes are the classes of a poster by the ratio of the prepared photo.
var shapes = map[string]string{"9:16": "full", "3:4": "tall", "1:1": "square", "4:3": "wide43", "16:9": "wide43"}

func (p *Page) posterOf(v *visitor, shown view.Order, o pipeline.Order) poster {
	shape := "square"
	if s := shapes[o.Framing.Ratio]; s != "" {
		shape = s
	} else if o.PhotoKey != "" { // as all photos were, once
		shape = "full"
	}
	look := o.Cut.Look
	if look == "" {
		look = p.opts.Looks[0]
	}
	shop := o.Cut.Words.Shop
	if shop == "" {
		shop = shopName(v)
	}
	return poster{
		Look: look, Shape: shape, Photo: shown.PhotoURL, Menu: shown.Menu, Price: shown.Price, Regular: shown.Regular,
		Shop: shop,
	}
}

// step is a line of the progress.
type step struct{ State, Label string }

type choiceOf struct {
	Title, Verb, Now string
	Options          []option
}

type orderPage struct {
	card
	fields
	Left, Percent, Type string
	Steps               []step
	Choices             []choiceOf
	Wrong               map[string]string
}

// one shows an order: how far it is, or its short and what may be done to it.
func (p *Page) one(w http.ResponseWriter, r *http.Request, v *visitor) {
	if o, ok := p.own(w, r, v); ok {
		p.drawOrder(w, r, v, http.StatusOK, o, fields{}, nil)
	}
}

func (p *Page) drawOrder(
	w http.ResponseWriter, r *http.Request, v *visitor, status int, o pipeline.Order, f fields, wrong []present.Problem,
) {
	c, err := p.card(r, v, o)
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	if len(wrong) == 0 {
		f = fields{Menu: c.Order.Menu, Price: c.Order.Price, Regular: c.Order.Regular}
	}
	f.Real, f.Wrong = v.shop.RegularReal, byField(wrong)
	b := orderPage{
		card: c, fields: f, Wrong: f.Wrong, Type: view.FileType(o), Steps: stepsOf(v, o), Choices: p.choices(v, o),
	}
	b.Percent = strconv.Itoa(int(c.Order.Done*100)) + "%"
	b.Left = c.Order.Text
	if c.Order.Left > 0 {
		b.Left = present.Fill(v.lang, "one.left", present.Args{
			"time": present.Duration(v.lang, time.Duration(c.Order.Left)*time.Second),
		})
	}
	p.show(w, r, v, status, screen{
		Name: "order", Title: c.Order.Menu, Place: "mine", Back: "/web/orders", Body: b,
		Refresh: o.Status == pipeline.Open,
		Aside:   o.Placed.In(p.opts.Zone).Format("01/02 15:04"),
	})
}

func stepsOf(v *visitor, o pipeline.Order) []step {
	if o.Status != pipeline.Open {
		return nil
	}
	at := map[pipeline.Step]int{pipeline.Fetch: 0, pipeline.Animate: 1, pipeline.Render: 2, pipeline.Deliver: 3}[o.Step]
	var all []step
	for i, key := range []string{"one.placed", "one.clip", "one.cut"} {
		s := step{"", present.Fill(v.lang, key, nil)}
		switch {
		case i < at:
			s.State = "done"
		case i == at:
			s.State = "now"
		}
		all = append(all, s)
	}
	return all
}

// choices are what else a short may be.
func (p *Page) choices(v *visitor, o pipeline.Order) []choiceOf {
	looks, music, sizes := p.lookOptions(v, o.Cut.Look), p.musicOptions(v, o.Cut.Music), []option(nil)
	for _, s := range pipeline.Sizes() {
		name := view.SizeName(s)
		sizes = append(sizes, option{Name: name, Label: present.Fill(v.lang, "size."+name, nil), Now: s == o.Cut.Size})
	}
	all := []choiceOf{
		{Title: present.Fill(v.lang, "one.look", nil), Verb: "look", Options: looks},
		{Title: present.Fill(v.lang, "one.music", nil), Verb: "music", Options: music},
		{Title: present.Fill(v.lang, "one.size", nil), Verb: "size", Options: sizes},
	}
	for i := range all {
		for _, x := range all[i].Options {
			if x.Now {
				all[i].Now = x.Label
			}
		}
	}
	return all
}

// own finds the order that the address names, if it is the shop's.
func (p *Page) own(w http.ResponseWriter, r *http.Request, v *visitor) (pipeline.Order, bool) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		p.refuse(w, r, v, http.StatusNotFound, "page.missing", nil)
		return pipeline.Order{}, false
	}
	o, err := p.opts.Store.Order(r.Context(), id)
	switch {
	case err == nil && (o.Shop == 0 || o.Shop != v.Shop):
		err = pipeline.ErrNotFound
	case err == nil && present.IsPurged(o):
		err = pipeline.ErrPurged
	}
	if err != nil {
		p.failed(w, r, v, err)
	}
	return o, err == nil
}
