package app

import (
	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/adapters/web"
)

// What is outside is wired in here: a line each. See docs/architecture.md, "How to change things".

// wire builds the paid providers, unless p brings others.
func (p Parts) wire() Parts {
	if p.Clips == nil {
		p.Clips = NewRunway(p)
	}
	if p.Cuts == nil {
		p.Cuts = NewCreatomate(p)
	}
	return p
}

// messengers are all platforms; whether one is turned on, the settings say.
func (p Parts) messengers() []Wiring {
	return append([]Wiring{
		{telegram.Describe(nil), wireTelegram},
		{slack.Describe(), wireSlack},
		{web.Describe(), wirePage},
	}, p.Messengers...)
}
