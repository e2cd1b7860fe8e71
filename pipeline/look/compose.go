package look

import (
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
)

// fill gives every element of the built-in looks what a request has for it, and cuts the plates
// behind texts to measure. Elements that the request has nothing for must have been left out.
func fill(p plan, r pipeline.CutRequest) map[string]any {
	menu, price := clean(r.Words.Menu), priceText(r.Words)
	picture := r.Clip
	if picture == "" {
		picture = r.Photo
	}
	m := map[string]any{
		"main_video_layer":    picture,
		"end_video_layer":     picture,
		"menu_text_layer":     breakable(menu, nameWord),
		"end_menu_text_layer": breakable(menu, endWord),
	}
	if r.Music != "" {
		m["bgm_track"] = r.Music
	}
	if r.Logo != "" {
		m["logo_image_layer"], m["end_logo_layer"] = r.Logo, r.Logo
	}
	if shop := clean(r.Words.Shop); shop != "" {
		p.fillShop(m, shop, r.Logo != "")
	}
	if price != "" {
		m["end_price_text_layer"] = price
		p.fillPrice(m, price, r.Words)
	}
	p.makeRoom(m, em(menu), price != "")
	closeRanks(m, r, em(menu) > longName, price != "")
	return m
}

// What a line holds, in ems. A name of more than longerName needs two lines, of more than longName three.
const (
	longerName = 7.5
	longName   = 16
	nameWord   = 12 // the widest word that fits a line of the name in its smallest type
	endWord    = 16 // … of the end card
)

// makeRoom gives a name of two or three lines a higher box, upwards, and lets it down where no price is.
func (p plan) makeRoom(m map[string]any, width float64, price bool) {
	height := p.heights[0]
	switch {
	case width > longName:
		height = p.heights[2]
	case width > longerName:
		height = p.heights[1]
	}
	bottom := p.bottom
	if !price {
		bottom += p.drop
	}
	m["menu_text_layer.height"], m["menu_text_layer.y"] = height, bottom-height/2
	if p.kicker > 0 {
		m["kicker_text_layer.y"] = bottom - height - p.kicker
	}
}

// shopLeast is about the smallest type in which a shop's name stands at the top.
const shopLeast = 27

func (p plan) fillShop(m map[string]any, shop string, logo bool) {
	m["end_shop_text_layer"] = breakable(shortened(shop, 2*endWord), endWord)
	shop = shortened(shop, p.shopRoom/shopLeast)
	m["shop_text_layer"] = shop
	width := min(em(shop)*p.shop*.98, p.shopRoom)
	m["shop_text_layer.width"] = cents(width)
	plate := width + 144
	if !logo {
		m["shop_text_layer.x"] = 100
		plate = width + 60
	}
	if !p.noPlate {
		m["shop_capsule.width"] = cents(plate)
	}
}

// fillPrice sizes the badge for its text and puts a crossed-out regular price beside it.
func (p plan) fillPrice(m map[string]any, price string, w pipeline.Words) {
	m["price_text_layer"] = price
	old, beside := "", 0.0 // the regular price, and what it takes of the row
	if w.Regular > 0 {
		old = won(w.Regular)
		beside = min(em(old)*p.old+8, 300) + p.gap
	}
	size, widest := p.price, 0.0
	for line := range strings.Lines(price) {
		widest = max(widest, em(line))
	}
	if strings.Contains(price, "\n") {
		size *= .6
	}
	width := min(max(widest*size*.97+2*p.pad, p.least), p.right-p.left-beside)
	start := p.left
	if p.middle {
		start = (p.left + p.right - width - beside) / 2
	}
	m["price_text_layer.x"] = cents(start + width/2)
	m["price_text_layer.width"] = cents(width - 2*p.pad + 12)
	if !p.noBadge {
		m["price_badge.x"], m["price_badge.width"] = cents(start+width/2), cents(width)
	}
	if old == "" {
		return
	}
	at, wide := start+width+(p.gap+beside)/2, beside-p.gap
	m["regular_text_layer"] = old
	m["regular_text_layer.x"], m["regular_text_layer.width"] = cents(at), cents(wide)
	m["regular_strike.x"], m["regular_strike.width"] = cents(at), cents(wide)
}

// closeRanks moves what is left of the end card together. Every look's end card stands at the same heights.
func closeRanks(m map[string]any, r pipeline.CutRequest, long, price bool) {
	shop := clean(r.Words.Shop) != ""
	up := 0.0
	if r.Logo == "" {
		up = 110
	}
	if !shop {
		up += 90
	}
	menu, below := 1030-up, 92.0
	if long && price && up == 0 {
		menu, below = 1038, 110
	}
	m["end_menu_text_layer.y"] = menu
	if price {
		m["end_price_text_layer.y"] = menu + below
	}
	if up == 0 {
		return
	}
	if shop {
		m["end_shop_text_layer.y"], m["end_bar.y"] = 860-up, 950-up
	}
	if r.Logo != "" {
		m["end_logo_layer.y"], m["end_logo_backing.y"] = 632+up, 632+up
	}
}
