package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	maxTries   = 3 // so often a question is asked; afterwards the person is told how to write
	maxChoices = 8 // buttons under a question
	maxLabel   = 60
)

// complete adds a text to what is known about a picture of a draft: the picture becomes an order,
// or the person is asked for what is still missing.
func (d *Conversation) complete(ctx context.Context, v *session, dr state.Draft, i int, text string) error {
	p := dr.Images[i]
	r := understand(p.Text, text)
	if w, ok := chosen(dr.Choices, text); ok && i == 0 {
		return d.finish(ctx, v, dr, i, w)
	}
	if r.Outcome == caption.OK {
		if err := d.take(ctx, v, dr, p, r); err != nil {
			return err
		}
		return d.without(ctx, v, dr, i)
	}
	if !strings.HasSuffix(strings.TrimSpace(text), "?") { // what is asked back is no dish
		p.Text = joined(p.Text, text)
	}
	if i == 0 && (len(dr.Images) == 1 || dr.Waits == state.ForWords) {
		dr.Images[0] = p
		d.askWords(v, dr)
		return nil
	}
	own := v.splitDraft(dr, state.ForWords, p)
	if err := d.without(ctx, v, dr, i); err != nil {
		return err
	}
	d.askWords(v, own)
	return nil
}

// finish makes a picture of a draft an order, and goes on with those that are left.
func (d *Conversation) finish(ctx context.Context, v *session, dr state.Draft, i int, w pipeline.Words) error {
	if err := d.order(ctx, v, dr, dr.Images[i], w); err != nil {
		return err
	}
	return d.without(ctx, v, dr, i)
}

// without goes on with a draft that a picture was taken out of.
func (d *Conversation) without(ctx context.Context, v *session, dr state.Draft, i int) error {
	dr.Images = slices.Delete(slices.Clone(dr.Images), i, i+1)
	if dr.Waits == state.ForWords && i > 0 { // it asks about another
		v.put(dr)
		return nil
	}
	return d.goOn(ctx, v, dr)
}

// goOn asks about the pictures of a draft that are left, or lets go of it.
func (d *Conversation) goOn(ctx context.Context, v *session, dr state.Draft) error {
	if len(dr.Images) == 0 {
		v.end(dr)
		return nil
	}
	question := dr.Question
	dr = v.renew(dr)
	switch dr.Waits {
	case state.ForWords:
		return d.complete(ctx, v, dr, 0, "")
	case state.ForChoice:
		dr.Question = question // it is out of date, and so replaced
		return d.askPictures(ctx, v, dr)
	}
	v.put(dr)
	return nil
}

// askWords asks for what is missing about a draft's first picture.
func (d *Conversation) askWords(v *session, dr state.Draft) {
	if tries := dr.Tries; len(dr.Choices) > 0 {
		dr = v.renew(dr)
		dr.Tries = tries
	}
	dr.Waits = state.ForWords
	dr.Due, dr.Ends = time.Time{}, v.now.Add(draftLife)
	if dr.Tries == 0 && !v.chat.Group { // a room full of people isn't nagged
		dr.Due, dr.Reminded = v.now.Add(remindWait), false
	}
	dr.Tries++
	for _, c := range understand(dr.Images[0].Text, "").Choices {
		if len(dr.Choices) < maxChoices {
			dr.Choices = append(dr.Choices, c.Words())
		}
	}
	text := v.question(dr, 0)
	if dr.Tries > maxTries {
		text = v.fill("hint.line", nil)
	}
	v.put(dr)
	v.ask(dr, text, v.choiceButtons(dr)...)
}

// question asks for what is missing about a picture.
func (v *session) question(dr state.Draft, i int) string {
	return phrase.Question(v.chat.Lang, caption.Parse(dr.Images[i].Text))
}

// choiceButtons are the dishes or prices that a caption leaves open, one a row.
func (v *session) choiceButtons(dr state.Draft) (rows [][]state.Button) {
	for n, w := range dr.Choices {
		rows = append(rows, []state.Button{{
			Label: begin(w.Menu+" · "+caption.FullPrice(w), maxLabel), Action: action(doPick, dr.ID, n), Style: state.Primary,
		}})
	}
	return rows
}

// chosen finds the choice that a text names: by its number, its dish or its price.
func chosen(choices []pipeline.Words, text string) (w pipeline.Words, ok bool) {
	if len(choices) == 0 {
		return w, false
	}
	if n, ok := ordinal(text, len(choices)); ok {
		return choices[n], true
	}
	r, hits := caption.Parse(text), 0
	for _, c := range choices {
		named := r.Outcome == caption.NeedPrice && squeezed(r.Menu) == squeezed(c.Menu)
		priced := r.Outcome == caption.NeedMenu && r.PriceText == c.Price
		if named || priced || squeezed(text) == squeezed(c.Menu) {
			w = c
			hits++
		}
	}
	return w, hits == 1
}

// ordinal reads 2, 2번 and the like as a place among n, from 0.
func ordinal(text string, n int) (int, bool) {
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	for _, end := range []string{"으로", "로", "이요", "요", "째", "번", "사진"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, end))
	}
	i, err := strconv.Atoi(text)
	return i - 1, err == nil && i >= 1 && i <= n
}

// assent reads a yes or a no.
func assent(text string) (yes, no bool) {
	s := squeezed(text)
	return listed("네 넵 넹 네네 예 응 응응 ㅇㅇ 그래요 좋아요 만들어주세요 만들어줘 네만들어주세요 yes y ok okay sure please yesplease", s),
		listed("아니 아니요 아니오 아뇨 ㄴㄴ 괜찮아요 됐어요 그만 그만둘게요 필요없어요 no n nope nothanks", s)
}

// isGreeting tells a hello that nothing follows.
func isGreeting(text string) bool {
	s := strings.TrimSuffix(strings.TrimSuffix(squeezed(text), "님"), "사장픽")
	return listed("안녕 안녕하세요 안녕하세용 안녕하십니까 하이 헬로 반가워요 반갑습니다 hi hello hey", s)
}

// isNod tells a yes or a no that nobody has asked for.
func isNod(text string) bool {
	yes, no := assent(text)
	return yes || no || listed("확인 확인했어요 확인했습니다 알겠어요 알겠습니다 알았어요 알았어 오키 오케이 ㅇㅋ 그대로 그대로해주세요 됐어 아니다 아니다됐어 gotit", squeezed(text))
}

// squeezed is a text without what people write or leave out as they like.
func squeezed(s string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }), ""))
}
