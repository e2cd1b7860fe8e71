package present

import (
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Bought is what was bought of a provider in some time.
type Bought struct {
	Calls, Unknown int
	Cost           pipeline.Credits
	Guessed        pipeline.Credits // part of the cost that isn't settled yet
}

// ByProvider is what was spent, by the provider's name.
func ByProvider(rows []bot.SpendRow) map[string]Bought {
	sums := map[string]Bought{}
	for _, x := range rows {
		sums[x.Provider] = Bought{
			Calls: x.Calls, Unknown: x.Unknown, Cost: x.Settled + x.Estimated, Guessed: x.Estimated,
		}
	}
	return sums
}
