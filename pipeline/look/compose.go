package look

import (
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Places on the picture of 1080 x 1920, in pixels. Apps cover what lies outside of the safe area
// (x 66-930, y 180-1540) with their buttons.
const (
	left      = 76
	right     = 930
	badgeSize = 96 // of the price, at most
	badgePad  = 36 // between the price and the badge's edge
	badgeMin  = 240
	shopSize  = 42
	shopMax   = 470
	oldSize   = 52
	oldGap    = 34
)

// fill gives every element of the built-in looks what a request has for it, and cuts the plates
// behind texts to measure. Elements that the request has nothing for must have been left out.
func fill(r pipeline.CutRequest) map[string]any {
	menu, price := clean(r.Words.Menu), priceText(r.Words)
	m := map[string]any{
		"main_video_layer":    r.Clip,
		"end_video_layer":     r.Clip,
		"menu_text_layer":     menu,
		"end_menu_text_layer": menu,
	}
	if r.Music != "" {
		m["bgm_track"] = r.Music
	}
	if r.Logo != "" {
		m["logo_image_layer"], m["end_logo_layer"] = r.Logo, r.Logo
	}
	if shop := clean(r.Words.Shop); shop != "" {
		fillShop(m, shop, r.Logo != "")
	}
	if price != "" {
		m["end_price_text_layer"] = price
		fillPrice(m, price, r.Words)
	}
	closeRanks(m, r, price != "")
	makeRoom(m, em(menu), price != "")
	return m
}

// makeRoom gives a menu name that needs two or three lines a higher box, upwards.
func makeRoom(m map[string]any, width float64, price bool) {
	height := 250.0
	switch {
	case width > 16:
		height = 300
		if price && m["end_menu_text_layer.y"] == nil {
			m["end_menu_text_layer.y"], m["end_price_text_layer.y"] = 1038, 1148
		}
	case width > 7.5:
		height = 270
	default:
		return
	}
	bottom := 1360.0
	if !price {
		bottom += 146
	}
	m["menu_text_layer.height"], m["menu_text_layer.y"] = height, bottom-height/2
	m["kicker_text_layer.y"] = bottom - height - 44
}

func fillShop(m map[string]any, shop string, logo bool) {
	m["shop_text_layer"], m["end_shop_text_layer"] = shop, shop
	width := min(em(shop)*shopSize*.98, shopMax)
	m["shop_text_layer.width"] = cents(width)
	capsule := width + 144
	if !logo {
		m["shop_text_layer.x"] = left + 24
		capsule = width + 60
	}
	m["shop_capsule.width"] = cents(capsule)
}

// fillPrice sizes the badge for its text and puts a crossed-out regular price beside it.
func fillPrice(m map[string]any, price string, w pipeline.Words) {
	m["price_text_layer"] = price
	room := float64(right - left)
	old, oldWidth := "", 0.0
	if w.Regular > 0 {
		old = won(w.Regular)
		oldWidth = min(em(old)*oldSize+8, 300)
		room -= oldWidth + oldGap
	}
	size, widest := float64(badgeSize), 0.0
	for line := range strings.Lines(price) {
		widest = max(widest, em(line))
	}
	if strings.Contains(price, "\n") {
		size = badgeSize * .6
	}
	width := min(max(widest*size*.97+2*badgePad, badgeMin), room)
	for _, el := range []string{"price_badge", "price_text_layer"} {
		m[el+".x"] = cents(left + width/2)
	}
	m["price_badge.width"] = cents(width)
	m["price_text_layer.width"] = cents(width - 2*badgePad + 12)
	if old == "" {
		return
	}
	at := left + width + oldGap + oldWidth/2
	m["regular_text_layer"] = old
	m["regular_text_layer.x"], m["regular_text_layer.width"] = cents(at), cents(oldWidth)
	m["regular_strike.x"], m["regular_strike.width"] = cents(at), cents(oldWidth)
}

// closeRanks moves what is left of the end card, and the words above a missing price, together.
func closeRanks(m map[string]any, r pipeline.CutRequest, price bool) {
	if !price {
		m["kicker_text_layer.y"], m["menu_text_layer.y"] = 1206, 1387
	}
	shop := clean(r.Words.Shop) != ""
	up := 0.0
	if r.Logo == "" {
		up = 110
	}
	if !shop {
		up += 90
	}
	if up == 0 {
		return
	}
	if shop {
		m["end_shop_text_layer.y"], m["end_bar.y"] = 860-up, 950-up
	}
	m["end_menu_text_layer.y"] = 1030 - up
	if price {
		m["end_price_text_layer.y"] = 1122 - up
	}
	if r.Logo != "" {
		m["end_logo_layer.y"], m["end_logo_backing.y"] = 632+up, 632+up
	}
}
