package web

import (
	"time"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// question asks back for what a caption lacks, or whether it was read rightly. The page keeps the photo meanwhile.
type question struct {
	Question string   `json:"question"`
	Reading  string   `json:"reading,omitempty"` // what was read; it comes back with the answer
	Choices  []choice `json:"choices,omitempty"`
}

// choice is a button under a question: Caption is sent when it is pressed. Without one the person is to write.
type choice struct {
	Label   string `json:"label"`
	Caption string `json:"caption"`
}

// understand reads a message's words, or gives the question to ask. A reading that isn't sure is shown, and taken
// when it comes back with a yes.
func understand(lang string, m message) (pipeline.Words, *question) {
	yes, no := intent.Confirms(m.caption)
	if no && m.reading != "" {
		return pipeline.Words{}, &question{Question: present.Fill(lang, "read.how", nil), Reading: m.reading}
	}
	r := read(m, yes)
	if r.Outcome == caption.OK {
		w := r.Words()
		if r.Sure(nil) || m.reading == reading(w) {
			return w, nil
		}
		return pipeline.Words{}, whether(lang, w)
	}
	q := &question{Question: present.Question(lang, r)}
	for _, c := range r.Choices {
		price := caption.FullPrice(c.Words())
		q.Choices = append(q.Choices, choice{Label: c.Menu + " · " + price, Caption: c.Menu + " " + price})
	}
	return pipeline.Words{}, q
}

// read reads a line, together with what was said before it when it isn't enough by itself. Where a reading was
// shown, a yes means what was said before, and a price or a dish alone takes the place of the one there.
func read(m message, yes bool) caption.Result {
	r := caption.Parse(m.caption)
	if r.Outcome == caption.OK || m.earlier == "" {
		return r
	}
	before := caption.Parse(m.earlier)
	switch {
	case m.reading == "" || before.Outcome != caption.OK:
		return caption.Parse(m.earlier + "\n" + m.caption)
	case yes:
		return before
	case r.Outcome == caption.NeedMenu:
		r.Outcome, r.Menu = caption.OK, before.Menu
	case r.Outcome == caption.NeedPrice && r.Read == "":
		before.Menu, before.Doubt = r.Menu, before.Doubt&caption.DoubtPrice
		return before
	}
	return r
}

// whether asks whether words were read rightly.
func whether(lang string, w pipeline.Words) *question {
	return &question{
		Question: present.Fill(lang, "read.so", present.Args{"menu": w.Menu, "price": caption.FullPrice(w)}),
		Reading:  reading(w),
		Choices: []choice{
			{Label: present.Fill(lang, "button.right", nil), Caption: present.Fill(lang, "button.right", nil)},
			{Label: present.Fill(lang, "button.wrong", nil)},
		},
	}
}

func reading(w pipeline.Words) string { return w.Menu + " · " + caption.FullPrice(w) }

// said is the person's line as the page shows it again.
func said(w pipeline.Words) string { return w.Menu + " " + w.Price }

// head is what was understood.
func head(w pipeline.Words) string { return "🍽️ " + w.Menu + " · " + w.Price }

// line is how an order stands, for the person who waits for it. takes is how long orders usually
// take, 0 if nobody knows yet.
func line(lang string, o pipeline.Order, takes time.Duration) string {
	if o.Status == pipeline.Open && o.Step == pipeline.Fetch && takes > 0 {
		return present.Accepted(lang, takes)
	}
	stage := present.Stage(lang, o)
	if o.Fallback != pipeline.ReasonNone && (o.Status == pipeline.Open || o.Status == pipeline.Delivered) {
		return stage + "\n" + present.Plain(lang, o.Fallback)
	}
	return stage
}
