package bottest

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
)

// Guide knows two platforms and two providers, as the adapters of the same names describe them.
func Guide() present.Guide {
	return present.Guide{
		Platforms: map[string]bot.Platform{
			"telegram": {
				Name: "telegram", Labels: bot.Labels{"ko": "텔레그램", "en": "Telegram"},
				Private: func(user string) string { return user },
			},
			"slack": {
				Name: "slack", Labels: bot.Labels{"ko": "슬랙", "en": "Slack"},
				Commands: func(text string) string { return strings.ReplaceAll(text, " /", " /sajangpick ") },
				Means:    func(named, chat string) bool { return strings.HasSuffix(chat, ":"+named) },
			},
		},
		Clips: bot.Vendor{Name: "runway", Labels: bot.Labels{"ko": "런웨이", "en": "Runway"}},
		Cuts:  bot.Vendor{Name: "creatomate", Labels: bot.Labels{"ko": "크리에이토메이트", "en": "Creatomate"}},
	}
}

// Providers are those of Guide.
var Providers = Guide().Providers()
