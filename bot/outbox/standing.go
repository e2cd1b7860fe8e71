package outbox

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Standing says how an order stands in a language, as its line in a chat would.
func (c *Outbox) Standing(ctx context.Context, lang string, o pipeline.Order) (present.Progress, error) {
	o.Thread.Lang = lang
	now := time.Now()
	usual, err := c.usually(ctx, now)
	if err != nil {
		return present.Progress{}, err
	}
	s := present.Progress{Text: present.Stage(lang, o)}
	if o.Fallback != pipeline.ReasonNone && o.Cut.Size != pipeline.Still {
		s.Note = present.FallbackNote(lang, o.Fallback)
	}
	switch o.Status {
	case pipeline.Delivered:
		s.Done = 1
	case pipeline.Open:
		if e, known := present.Guess(o, usual, now); known && !present.IsHeld(o) && o.Phase != pipeline.Unknown {
			s.Done, s.Left, s.Slow = min(e.Done(), 0.99), e.Left, e.Slow
			if s.Slow {
				s.Left = 0
			}
		} else {
			s.Done = present.Roughly(o)
		}
	}
	return s, nil
}
