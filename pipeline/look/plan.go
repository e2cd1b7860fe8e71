package look

// plan is where a look leaves room for what differs from order to order, in pixels of a picture of
// 1080 x 1920. RenderScript can't measure text, so what must be cut to a text's width, or make way
// for a long one, is worked out from here. Apps cover what lies outside of the safe area
// (x 66-930, y 180-1540) with their buttons.
type plan struct {
	left, right float64 // between them stands the price, and the regular one beside it
	middle      bool    // … in the middle; otherwise at the left

	bottom  float64    // of the name's box
	drop    float64    // how much lower that is without a price
	heights [3]float64 // of the box for a short, a longer and the longest name
	kicker  float64    // from the box up to the middle of the line above it

	price    float64 // size of the type, at most
	pad      float64 // between the price and its badge's edge
	least    float64 // width of the badge
	old      float64 // size of the regular price
	gap      float64 // between the two prices
	noBadge  bool
	shop     float64 // size of the shop's name
	shopRoom float64 // for it
	noPlate  bool    // behind the shop's name

	ground string  // the colour that a picture is dimmed by and fades into in other sizes: red, green, blue
	below  float64 // how much of another size's top is decoration
}

// planOf is the plan of a built-in look in its own size, Tall.
func planOf(name string) plan {
	switch name {
	case "market":
		return plan{
			left: 84, right: 912, middle: true,
			bottom: 1334, drop: 150, heights: [3]float64{236, 250, 264}, kicker: 36,
			price: 118, pad: 44, least: 280, old: 50, gap: 30,
			shop: 42, shopRoom: 480,
			ground: "78,9,2", below: 76,
		}
	case "fine":
		return plan{
			left: 150, right: 930, middle: true,
			bottom: 1342, drop: 130, heights: [3]float64{180, 240, 270}, kicker: 34,
			price: 80, least: 120, old: 42, gap: 26, noBadge: true,
			shop: 38, shopRoom: 510, noPlate: true,
			ground: "16,13,10",
		}
	}
	return plan{
		left: 76, right: 930,
		bottom: 1366, drop: 146, heights: [3]float64{250, 270, 300}, kicker: 50,
		price: 96, pad: 36, least: 240, old: 52, gap: 34,
		shop: 42, shopRoom: 470,
		ground: "14,10,8",
	}
}
