package orders

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// maxPicks is how many pictures have a button of their own.
const maxPicks = 5

// askPictures asks once what is to become of several pictures, or of a late one.
func (in *Intake) askPictures(ctx context.Context, v *session.Session, dr bot.Draft) error {
	dr.Waits, dr.Due, dr.Ends = bot.ForChoice, time.Time{}, v.Now.Add(session.DraftLife)
	text, err := in.aboutPictures(ctx, v, dr)
	if err != nil {
		return err
	}
	v.Put(dr)
	v.Ask(dr, text, pictureButtons(v, dr)...)
	v.Change.Messages[len(v.Change.Messages)-1].Edit = dr.Question // an earlier one is out of date
	return nil
}

func (in *Intake) aboutPictures(ctx context.Context, v *session.Session, dr bot.Draft) (string, error) {
	n := len(dr.Images)
	args := present.Args{"n": strconv.Itoa(n)}
	text := ""
	if words, all := ownWords(v, dr); all && n > 1 {
		args["list"] = list(words)
		text = v.Fill("pictures.all", args)
	} else if w, ok := shared(v, dr); ok && n > 1 {
		args["menu"], args["price"] = w.Menu, w.Price
		text = v.Fill("pictures.words", args)
	} else if _, settled := settled(v, dr.Album); settled {
		text = v.Fill("pictures.late", args)
	} else {
		text = v.Fill("pictures.which", args)
	}
	left, limited, err := in.quota.left(ctx, v)
	if limited && left < n {
		text += "\n" + v.Fill("pictures.left", present.Args{"n": strconv.Itoa(max(0, left))})
	}
	return text, err
}

// settled finds what became of an album before.
func settled(v *session.Session, album string) (bot.Draft, bool) {
	i := slices.IndexFunc(v.Drafts, func(x bot.Draft) bool {
		return album != "" && x.Album == album && x.Waits == bot.Settled
	})
	if i < 0 {
		return bot.Draft{}, false
	}
	return v.Drafts[i], true
}

func pictureButtons(v *session.Session, dr bot.Draft) [][]bot.Button {
	last := []bot.Button{
		{Label: v.Fill("button.all", nil), Action: intent.Action(intent.DoAll, dr.ID), Style: bot.Primary},
		{Label: v.Fill("button.drop", nil), Action: intent.Action(intent.DoDrop, dr.ID)},
	}
	if len(dr.Images) == 1 {
		last[0] = bot.Button{
			Label: v.Fill("button.yes", nil), Action: intent.Action(intent.DoPick, dr.ID, 0), Style: bot.Primary,
		}
		return [][]bot.Button{last}
	}
	var rows [][]bot.Button
	for i := range min(len(dr.Images), maxPicks) {
		if i%3 == 0 {
			rows = append(rows, nil)
		}
		b := bot.Button{
			Label:  v.Fill("button.picture", present.Args{"n": strconv.Itoa(i + 1)}),
			Action: intent.Action(intent.DoPick, dr.ID, i), Style: bot.Primary,
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], b)
	}
	return append(rows, last)
}

// ownWords are those of each picture, if each has its own.
func ownWords(v *session.Session, dr bot.Draft) (ws []pipeline.Words, all bool) {
	for _, p := range dr.Images {
		r := v.Read.Caption(p.Text)
		if r.Outcome != caption.OK {
			return nil, false
		}
		ws = append(ws, r.Words())
	}
	return ws, true
}

// shared are the words that were said about several pictures as a whole: as a text, or as the only
// caption among them.
func shared(v *session.Session, dr bot.Draft) (pipeline.Words, bool) {
	r := v.Read.Caption(sharedText(dr))
	return r.Words(), r.Outcome == caption.OK
}

func sharedText(dr bot.Draft) string {
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
func (in *Intake) answerPictures(ctx context.Context, v *session.Session, dr bot.Draft, addressed bool) (bool, error) {
	asked := dr.Waits == bot.ForChoice && addressed
	yes, no := intent.Assent(v.Text)
	i, counted := intent.Ordinal(v.Text, len(dr.Images))
	switch {
	case asked && no:
		v.End(dr)
		v.Tell("dropped", nil)
		return true, nil
	case asked && yes && len(dr.Images) == 1:
		return true, in.Pick(ctx, v, dr, 0)
	case asked && (yes || intent.Listed("모두 전부 다 모두따로 다따로 all each eachofthem", intent.Squeezed(v.Text))):
		return true, in.All(ctx, v, dr)
	case asked && counted:
		return true, in.Pick(ctx, v, dr, i)
	}
	if v.Read.Understand(dr.Text, v.Text).Outcome != caption.OK || len(dr.Choices) > 0 {
		return false, nil
	}
	dr.Text = intent.Joined(dr.Text, v.Text)
	if dr.Waits == bot.ForMore {
		v.Put(dr)
		return true, nil
	}
	return true, in.askPictures(ctx, v, dr)
}

// Pick makes one of a draft's choices an order, and lets go of the others.
func (in *Intake) Pick(ctx context.Context, v *session.Session, dr bot.Draft, i int) error {
	if dr.Waits == bot.ForYes {
		v.End(dr)
		return in.order(ctx, v, dr, dr.Images[0], dr.Choices[i])
	}
	if len(dr.Choices) > 0 {
		p, w := dr.Images[0], dr.Choices[i]
		dr.Images = slices.Clone(dr.Images[1:])
		if err := in.place(ctx, v, dr, p, w); err != nil {
			return err
		}
		return in.goOn(ctx, v, dr)
	}
	p := dr.Images[i]
	if v.Read.Caption(p.Text).Outcome != caption.OK && sharedText(dr) != "" {
		p.Text = sharedText(dr)
	}
	if r := v.Read.Caption(p.Text); r.Outcome == caption.OK {
		v.End(dr)
		return in.taken(ctx, v, dr, p, r)
	}
	dr = v.Renew(dr)
	dr.Images, dr.Text = []bot.Image{p}, ""
	askWords(v, dr)
	return nil
}

// All makes each picture of a draft an order, as far as the month goes, and asks for the words of those
// that have none.
func (in *Intake) All(ctx context.Context, v *session.Session, dr bot.Draft) error {
	left, limited, err := in.quota.left(ctx, v)
	if err != nil {
		return err
	}
	if !limited {
		left = len(dr.Images)
	}
	if left < len(dr.Images) && left > 0 {
		v.Tell("quota.some", quotaArgs(v, left))
	}
	if left <= 0 {
		v.Tell("quota", quotaArgs(v, v.Shop.LimitOr(in.opts.Limit)))
	}
	var rest []bot.Image
	for _, p := range dr.Images {
		p.Text = cmp.Or(p.Text, dr.Text)
		if r := v.Read.Caption(p.Text); r.Outcome != caption.OK {
			rest = append(rest, p)
		} else if left > 0 {
			left--
			if err := in.taken(ctx, v, dr, p, r); err != nil {
				return err
			}
		}
	}
	dr.Images, dr.Waits, dr.Text = rest[:min(len(rest), max(left, 0))], bot.ForWords, ""
	return in.goOn(ctx, v, dr)
}
