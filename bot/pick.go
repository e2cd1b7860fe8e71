package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// maxPicks is how many pictures have a button of their own.
const maxPicks = 5

// askPictures asks once what is to become of several pictures, or of a late one.
func (d *Conversation) askPictures(ctx context.Context, v *session, dr state.Draft) error {
	dr.Waits, dr.Due, dr.Ends = state.ForChoice, time.Time{}, v.now.Add(draftLife)
	text, err := d.aboutPictures(ctx, v, dr)
	if err != nil {
		return err
	}
	v.put(dr)
	v.ask(dr, text, v.pictureButtons(dr)...)
	v.change.Messages[len(v.change.Messages)-1].Edit = dr.Question // an earlier one is out of date
	return nil
}

func (d *Conversation) aboutPictures(ctx context.Context, v *session, dr state.Draft) (string, error) {
	n := len(dr.Images)
	args := phrase.Args{"n": strconv.Itoa(n)}
	text := ""
	if words, all := ownWords(dr); all && n > 1 {
		args["list"] = list(words)
		text = v.fill("pictures.all", args)
	} else if w, ok := shared(dr); ok && n > 1 {
		args["menu"], args["price"] = w.Menu, w.Price
		text = v.fill("pictures.words", args)
	} else if _, settled := v.settled(dr.Album); settled {
		text = v.fill("pictures.late", args)
	} else {
		text = v.fill("pictures.which", args)
	}
	left, limited, err := d.left(ctx, v)
	if limited && left < n {
		text += "\n" + v.fill("pictures.left", phrase.Args{"n": strconv.Itoa(max(0, left))})
	}
	return text, err
}

// settled finds what became of an album before.
func (v *session) settled(album string) (state.Draft, bool) {
	i := slices.IndexFunc(v.drafts, func(x state.Draft) bool { return album != "" && x.Album == album && x.Waits == state.Settled })
	if i < 0 {
		return state.Draft{}, false
	}
	return v.drafts[i], true
}

func (v *session) pictureButtons(dr state.Draft) [][]state.Button {
	last := []state.Button{
		{Label: v.fill("button.all", nil), Action: action(doAll, dr.ID), Style: state.Primary},
		{Label: v.fill("button.drop", nil), Action: action(doDrop, dr.ID)},
	}
	if len(dr.Images) == 1 {
		last[0] = state.Button{Label: v.fill("button.yes", nil), Action: action(doPick, dr.ID, 0), Style: state.Primary}
		return [][]state.Button{last}
	}
	var rows [][]state.Button
	for i := range min(len(dr.Images), maxPicks) {
		if i%3 == 0 {
			rows = append(rows, nil)
		}
		b := state.Button{
			Label:  v.fill("button.picture", phrase.Args{"n": strconv.Itoa(i + 1)}),
			Action: action(doPick, dr.ID, i), Style: state.Primary,
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], b)
	}
	return append(rows, last)
}

// ownWords are those of each picture, if each has its own.
func ownWords(dr state.Draft) (ws []pipeline.Words, all bool) {
	for _, p := range dr.Images {
		r := caption.Parse(p.Text)
		if r.Outcome != caption.OK {
			return nil, false
		}
		ws = append(ws, r.Words())
	}
	return ws, true
}

// shared are the words that were said about several pictures as a whole: as a text, or as the only
// caption among them.
func shared(dr state.Draft) (pipeline.Words, bool) {
	r := caption.Parse(sharedText(dr))
	return r.Words(), r.Outcome == caption.OK
}

func sharedText(dr state.Draft) string {
	text := dr.Text
	for _, p := range dr.Images {
		if p.Text != "" && text != "" {
			return dr.Text
		}
		text += p.Text
	}
	return text
}

// list names dishes and prices in a line, the first few of many.
func list(ws []pipeline.Words) string {
	var names []string
	for i, w := range ws {
		if i == maxPicks {
			return strings.Join(names, ", ") + " …"
		}
		names = append(names, w.Menu+" "+w.Price)
	}
	return strings.Join(names, ", ")
}

// answerPictures takes a text as the answer to which of several pictures it shall be.
func (d *Conversation) answerPictures(ctx context.Context, v *session, dr state.Draft, addressed bool) (bool, error) {
	asked := dr.Waits == state.ForChoice && addressed
	yes, no := assent(v.Text)
	i, counted := ordinal(v.Text, len(dr.Images))
	switch {
	case asked && no:
		v.end(dr)
		v.tell("dropped", nil)
		return true, nil
	case asked && yes && len(dr.Images) == 1:
		return true, d.pick(ctx, v, dr, 0)
	case asked && (yes || listed("모두 전부 다 모두따로 다따로 all each eachofthem", squeezed(v.Text))):
		return true, d.all(ctx, v, dr)
	case asked && counted:
		return true, d.pick(ctx, v, dr, i)
	}
	if understand(dr.Text, v.Text).Outcome != caption.OK || len(dr.Choices) > 0 {
		return false, nil
	}
	dr.Text = joined(dr.Text, v.Text)
	if dr.Waits == state.ForMore {
		v.put(dr)
		return true, nil
	}
	return true, d.askPictures(ctx, v, dr)
}

// pick makes one of a draft's choices an order, and lets go of the others.
func (d *Conversation) pick(ctx context.Context, v *session, dr state.Draft, i int) error {
	if dr.Waits == state.ForYes {
		v.end(dr)
		return d.order(ctx, v, dr, dr.Images[0], dr.Choices[i])
	}
	if len(dr.Choices) > 0 {
		p, w := dr.Images[0], dr.Choices[i]
		dr.Images = slices.Clone(dr.Images[1:])
		if _, err := d.place(ctx, v, dr, p, w); err != nil {
			return err
		}
		return d.goOn(ctx, v, dr)
	}
	p := dr.Images[i]
	if caption.Parse(p.Text).Outcome != caption.OK && sharedText(dr) != "" {
		p.Text = sharedText(dr)
	}
	if r := caption.Parse(p.Text); r.Outcome == caption.OK {
		v.end(dr)
		return d.taken(ctx, v, dr, p, r)
	}
	dr = v.renew(dr)
	dr.Images, dr.Text = []state.Image{p}, ""
	d.askWords(v, dr)
	return nil
}

// all makes each picture of a draft an order, as far as the month goes, and asks for the words of those
// that have none.
func (d *Conversation) all(ctx context.Context, v *session, dr state.Draft) error {
	left, limited, err := d.left(ctx, v)
	if err != nil {
		return err
	}
	if !limited {
		left = len(dr.Images)
	}
	if left < len(dr.Images) && left > 0 {
		v.tell("quota.some", d.quotaArgs(v, left))
	}
	if left <= 0 {
		v.tell("quota", d.quotaArgs(v, v.shop.LimitOr(d.Limit)))
	}
	var rest []state.Image
	for _, p := range dr.Images {
		if p.Text == "" {
			p.Text = dr.Text
		}
		if r := caption.Parse(p.Text); r.Outcome != caption.OK {
			rest = append(rest, p)
		} else if left > 0 {
			left--
			if err := d.taken(ctx, v, dr, p, r); err != nil {
				return err
			}
		}
	}
	dr.Images, dr.Waits, dr.Text = rest[:min(len(rest), max(left, 0))], state.ForWords, ""
	return d.goOn(ctx, v, dr)
}
