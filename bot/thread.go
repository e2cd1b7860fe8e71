package bot

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// pairWait is how long a text may come after a picture, or before it, where each post begins a thread of
// its own and others read along.
const pairWait = time.Minute

// threaded reports whether the session is in a thread below a post, not in a part of the chat that has
// threads' names only.
func (v *session) threaded() bool {
	return v.Topic != "" && v.Reply != nil && v.Reply.Message == v.Topic
}

// aside reports whether only the person gets to see the answer.
func (v *session) aside() bool { return strings.HasPrefix(v.Topic, "@") }

// overheard reports whether what was said is for others to hear, as far as anybody can tell.
func (v *session) overheard() bool { return v.Group && !v.ToUs }

// adjoins reports whether a post may belong to a draft of another thread, since people write below each
// other as often as into threads.
func (v *session) adjoins(dr state.Draft) bool {
	top := v.Topic == v.Message || v.aside() // a command is in no message at all
	switch {
	case v.Kind != Wrote || !top || v.Topic == "" && v.Message != "":
		return false
	case !v.Group || dr.Waits == state.ForLogo || dr.Waits == state.ForName:
		return true
	case dr.Waits != state.ForWords && dr.Waits != state.ForYes && dr.Waits != state.ForMore && dr.Waits != state.ForPhoto:
		return false
	}
	return v.now.Sub(dr.Made) <= pairWait && (len(dr.Images) == 0 || dr.Images[0].Message == dr.Topic)
}

// inThread lists the orders of the session's thread that a text may be about, newest first: the newest of
// each picture, and what has come to nothing only when there is nothing else.
func (d *Conversation) inThread(ctx context.Context, v *session) ([]pipeline.Order, error) {
	recent, err := d.Store.Recent(ctx, v.Platform, v.Chat, 100)
	if err != nil {
		return nil, err
	}
	var all, live []pipeline.Order
	for _, o := range recent {
		same := func(x pipeline.Order) bool { return x.Photo.Ref == o.Photo.Ref }
		if o.Thread.Topic != v.Topic || slices.ContainsFunc(all, same) {
			continue
		}
		all = append(all, o)
		if o.Status != pipeline.Cancelled && o.Status != pipeline.Failed {
			live = append(live, o)
		}
	}
	if len(live) > 0 {
		return live, nil
	}
	return all[:min(len(all), 1)], nil
}

// rewordThread takes a text in a thread as new words for the order there, and reports whether there is one.
func (d *Conversation) rewordThread(ctx context.Context, v *session) (bool, error) {
	orders, err := d.inThread(ctx, v)
	if err != nil || len(orders) == 0 {
		return false, err
	}
	if len(orders) == 1 {
		return true, d.reword(ctx, v, orders[0], v.Text, false)
	}
	if _, about := readFix(v.Text, false); about && !(v.overheard() && !plainFix(v.Text)) {
		v.tell("fix.which", nil)
	}
	return true, nil
}

var (
	endsInPrice = regexp.MustCompile(`[0-9][0-9,.]*\s*[십백천만]*\s*원?$`)
	asksChange  = regexp.MustCompile(`(?i)고쳐|바꿔|수정|변경|정정|change|correct`)
	// sentence is how talk about a dish ends, and no dish.
	sentence = regexp.MustCompile(`(요|죠|네|자|다|까|지|야)$`)
	// noun is what ends so all the same.
	noun = regexp.MustCompile(`(마요|피자|감자|소다|묵은지|만두네)$`)
)

// plainFix reports whether a text that isn't addressed to us asks for other words as we say that it should
// be done. Talk in which a price comes up must not cost anybody a short.
func plainFix(text string) bool {
	text = strings.TrimSpace(text)
	end := strings.TrimRight(text, ".!~ ")
	if strings.ContainsAny(text, "?\n") {
		return false
	}
	if endsInPrice.MatchString(end) || asksChange.MatchString(text) {
		return true
	}
	for _, label := range strings.Fields(menuLabels) {
		rest, ok := cutWord(text, label)
		if !ok || rest == "" || !strings.ContainsRune(" :：=", []rune(rest)[0]) {
			continue
		}
		return caption.Parse(rest).Outcome == caption.NeedPrice && (!sentence.MatchString(end) || noun.MatchString(end))
	}
	return false
}

// commandWord finds our commands in phrases, and the one of Slack's own that has such a name.
var commandWord = regexp.MustCompile(`(^|[\s(“‘'"·])/(start|help|videos|usage|shop|logo|look|music|settings|language|cancel|status|retry|resend|stuck|spend|invite|shops|log|limit|pause|resume|export|forget)\b( @sajangpick)?`)

// Spoken writes commands as they are given on a platform: Slack keeps some for itself, so there all of ours
// stand behind a word of our own.
func Spoken(platform, text string) string {
	if platform != "slack" {
		return text
	}
	return commandWord.ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasSuffix(s, "/invite @sajangpick") {
			return s
		}
		return strings.Replace(s, "/", "/sajangpick ", 1)
	})
}
