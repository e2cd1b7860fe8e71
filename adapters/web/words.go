package web

import (
	"time"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/pipeline"
)

// question asks back for what a caption lacks. The page keeps the photo meanwhile.
type question struct {
	Question string   `json:"question"`
	Choices  []choice `json:"choices,omitempty"`
}

// choice is a button under a question: Caption is sent when it is pressed.
type choice struct {
	Label   string `json:"label"`
	Caption string `json:"caption"`
}

// understand reads a message's words, or gives the question to ask. A line that is not enough by
// itself is read together with what was said before it.
func understand(lang string, m message) (pipeline.Words, *question) {
	r := caption.Parse(m.caption)
	if r.Outcome != caption.OK && m.earlier != "" {
		r = caption.Parse(m.earlier + "\n" + m.caption)
	}
	if r.Outcome == caption.OK {
		return pipeline.Words{Menu: r.Menu, Price: r.PriceText, Won: r.Won, Regular: r.Regular, Options: r.Options}, nil
	}
	q := &question{Question: phrase.Question(lang, r)}
	for _, c := range r.Choices {
		q.Choices = append(q.Choices, choice{Label: c.Menu + " · " + c.PriceText, Caption: c.Menu + " " + c.PriceText})
	}
	return pipeline.Words{}, q
}

// said is the person's line as the page shows it again.
func said(w pipeline.Words) string { return w.Menu + " " + w.Price }

// head is what was understood.
func head(w pipeline.Words) string { return "🍽️ " + w.Menu + " · " + w.Price }

// line is how an order stands, for the person who waits for it. takes is how long orders usually
// take, 0 if nobody knows yet.
func line(lang string, o pipeline.Order, takes time.Duration) string {
	if o.Status == pipeline.Open && o.Step == pipeline.Fetch && takes > 0 {
		return phrase.Accepted(lang, takes)
	}
	stage := phrase.Stage(lang, o)
	if o.Plain != pipeline.ReasonNone && (o.Status == pipeline.Open || o.Status == pipeline.Delivered) {
		return stage + "\n" + phrase.Plain(lang, o.Plain)
	}
	return stage
}
