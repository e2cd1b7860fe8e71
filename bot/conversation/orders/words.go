package orders

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	maxTries   = 3 // so often a question is asked; afterwards the person is told how to write
	maxChoices = 8 // buttons under a question
	maxLabel   = 60
)

// complete adds a text to what is known about a picture of a draft: the picture becomes an order,
// or the person is asked for what is still missing.
func (in *Intake) complete(ctx context.Context, v *session.Session, dr bot.Draft, i int, text string) error {
	p := dr.Images[i]
	r := v.Read.Understand(p.Text, text)
	if w, ok := chosen(v, dr.Choices, text); ok && i == 0 {
		return in.finish(ctx, v, dr, i, w)
	}
	if r.Outcome == caption.OK {
		if err := in.take(ctx, v, dr, p, r); err != nil {
			return err
		}
		return in.without(ctx, v, dr, i)
	}
	if !strings.HasSuffix(strings.TrimSpace(text), "?") { // what is asked back is no dish
		p.Text = intent.Joined(p.Text, text)
	}
	if i == 0 && (len(dr.Images) == 1 || dr.Waits == bot.ForWords) {
		dr.Images[0] = p
		askWords(v, dr)
		return nil
	}
	own := v.SplitDraft(dr, bot.ForWords, p)
	if err := in.without(ctx, v, dr, i); err != nil {
		return err
	}
	askWords(v, own)
	return nil
}

// finish makes a picture of a draft an order, and goes on with those that are left.
func (in *Intake) finish(ctx context.Context, v *session.Session, dr bot.Draft, i int, w pipeline.Words) error {
	if err := in.order(ctx, v, dr, dr.Images[i], w); err != nil {
		return err
	}
	return in.without(ctx, v, dr, i)
}

// without goes on with a draft that a picture was taken out of.
func (in *Intake) without(ctx context.Context, v *session.Session, dr bot.Draft, i int) error {
	dr.Images = slices.Delete(slices.Clone(dr.Images), i, i+1)
	if dr.Waits == bot.ForWords && i > 0 { // it asks about another
		v.Put(dr)
		return nil
	}
	return in.goOn(ctx, v, dr)
}

// goOn asks about the pictures of a draft that are left, or lets go of it.
func (in *Intake) goOn(ctx context.Context, v *session.Session, dr bot.Draft) error {
	if len(dr.Images) == 0 {
		v.End(dr)
		return nil
	}
	question := dr.Question
	dr = v.Renew(dr)
	switch dr.Waits {
	case bot.ForWords:
		return in.complete(ctx, v, dr, 0, "")
	case bot.ForChoice:
		dr.Question = question // it is out of date, and so replaced
		return in.askPictures(ctx, v, dr)
	}
	v.Put(dr)
	return nil
}

// askWords asks for what is missing about a draft's first picture.
func askWords(v *session.Session, dr bot.Draft) {
	if tries := dr.Tries; len(dr.Choices) > 0 {
		dr = v.Renew(dr)
		dr.Tries = tries
	}
	dr.Waits = bot.ForWords
	dr.Due, dr.Ends = time.Time{}, v.Now.Add(session.DraftLife)
	if dr.Tries == 0 && !v.StoredChat.Group { // a room full of people isn't nagged
		dr.Due, dr.Reminded = v.Now.Add(RemindWait), false
	}
	dr.Tries++
	for _, c := range v.Read.Understand(dr.Images[0].Text, "").Choices {
		if len(dr.Choices) < maxChoices {
			dr.Choices = append(dr.Choices, c.Words())
		}
	}
	text := question(v, dr)
	if dr.Tries > maxTries {
		text = v.Fill("hint.line", nil)
	}
	v.Put(dr)
	v.Ask(dr, text, choiceButtons(dr)...)
}

// question asks for what is missing about a picture.
func question(v *session.Session, dr bot.Draft) string {
	return present.Question(v.StoredChat.Lang, v.Read.Caption(dr.Images[0].Text))
}

// choiceButtons are the dishes or prices that a caption leaves open, one a row.
func choiceButtons(dr bot.Draft) (rows [][]bot.Button) {
	for n, w := range dr.Choices {
		rows = append(rows, []bot.Button{{
			Label:  present.TruncateLetters(w.Menu+" · "+caption.FullPrice(w), maxLabel),
			Action: intent.Action(intent.DoPick, dr.ID, n), Style: bot.Primary,
		}})
	}
	return rows
}

// chosen finds the choice that a text names: by its number, its dish or its price.
func chosen(v *session.Session, choices []pipeline.Words, text string) (w pipeline.Words, ok bool) {
	if len(choices) == 0 {
		return w, false
	}
	if n, ok := intent.Ordinal(text, len(choices)); ok {
		return choices[n], true
	}
	r, hits := v.Read.Caption(text), 0
	for _, c := range choices {
		named := r.Outcome == caption.NeedPrice && intent.Squeezed(r.Menu) == intent.Squeezed(c.Menu)
		priced := r.Outcome == caption.NeedMenu && r.PriceText == c.Price
		if named || priced || intent.Squeezed(text) == intent.Squeezed(c.Menu) {
			w = c
			hits++
		}
	}
	return w, hits == 1
}
