package present

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Guide is what is known of the platforms and the providers that there are: all else is said of any of them.
type Guide struct {
	Platforms   map[string]bot.Platform // by name, also those that are turned off: old orders name them
	Clips, Cuts bot.Vendor              // who does the paid steps
}

// Platform is one by its name; of one that isn't known, the name is all there is.
func (g Guide) Platform(name string) bot.Platform {
	if p, known := g.Platforms[name]; known {
		return p
	}
	return bot.Platform{Name: name}
}

// Providers names those who do the paid steps.
func (g Guide) Providers() pipeline.Providers {
	return pipeline.Providers{Clips: g.Clips.Name, Cuts: g.Cuts.Name}
}

// ProviderNames are the providers that there are, and any others that were paid.
func (g Guide) ProviderNames(spent map[string]pipeline.Credits) []string {
	names := []string{g.Clips.Name, g.Cuts.Name}
	for _, name := range slices.Sorted(maps.Keys(spent)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Voice speaks in a language as it is written on a platform, with times in a zone; nil is UTC.
func (g Guide) Voice(lang, platform string, zone *time.Location, now time.Time) Voice {
	return Voice{Lang: lang, Guide: g, On: g.Platform(platform), zone: zone, now: now}
}

// Provider names one to people.
func (v Voice) Provider(name string) string {
	for _, x := range []bot.Vendor{v.Guide.Clips, v.Guide.Cuts} {
		if x.Name == name {
			return x.Labels.In(v.Lang, name)
		}
	}
	return name
}

// PlatformName names one to people.
func (v Voice) PlatformName(name string) string {
	return v.Guide.Platform(name).Labels.In(v.Lang, name)
}

// Whose tells the shop, the chat and the person of an order. shop has only its number when it is gone.
func (v Voice) Whose(s *Screen, o pipeline.Order, shop bot.Shop) {
	if o.Shop != 0 {
		shop.ID = o.Shop
		name := v.NameOf(shop)
		if shop.Name != "" {
			name = strconv.FormatInt(o.Shop, 10) + " " + name
		}
		s.Line("🏪 " + name)
	}
	if IsPurged(o) {
		return
	}
	where := v.PlatformName(o.Thread.Platform) + " " + o.Thread.Chat
	if o.Thread.User != "" && o.Thread.User != o.Thread.Chat {
		where += " · " + o.Thread.User
	}
	s.Long("👤 " + where)
}
