package orders

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
)

const (
	wordsLife  = 10 * time.Minute // words wait so long for their photo
	FixLife    = 15 * time.Minute // words for something else must not change an old order
	groupWait  = 5 * time.Minute  // in a room full of talk, what isn't addressed to us completes a photo so long
	RemindWait = 10 * time.Minute // a photo without words is spoken of once more
)

// Due does what a draft waited for.
func (in *Intake) Due(ctx context.Context, v *session.Session, dr bot.Draft) error {
	dr.Due = time.Time{}
	switch {
	case dr.Waits == bot.ForMore:
		return in.gathered(ctx, v, dr)
	case dr.Waits == bot.ForWords && !dr.Reminded:
		dr.Reminded = true
		v.Put(dr)
		v.Ask(dr, v.Fill("remind", nil)+"\n"+question(v, dr), choiceButtons(dr)...)
	case dr.Waits == bot.ForYes && !dr.Reminded:
		dr.Reminded = true
		v.Put(dr)
		askReading(v, dr, "read.remind")
	case IsRegular(dr) && !dr.Reminded:
		in.regular.remindRegular(v, dr)
	default:
		v.Put(dr)
	}
	return nil
}
