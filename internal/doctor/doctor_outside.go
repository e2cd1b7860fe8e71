package doctor

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate"
	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/pipeline"
)

// recent is for how long a webhook that failed is taken for one that fails, if updates wait.
const recent = 10 * time.Minute

func checkTelegram(ctx context.Context, cfg config.Config) []Finding {
	if !cfg.Telegram.Token.Set() {
		return Is(Off, "", "TELEGRAM_BOT_TOKEN isn't set")
	}
	const do = "copy TELEGRAM_BOT_TOKEN from @BotFather again (/mybots, API Token)"
	c, err := app.NewTelegram(app.Parts{Cfg: cfg}, nil)
	if err != nil {
		return Unwell(err, do)
	}
	s, err := c.Standing(ctx)
	if err != nil {
		return Unwell(err, do)
	}
	all := Is(Healthy, "", "@%s answers", s.Name)
	if !s.SeesAll {
		all = append(all, Is(Warning,
			"@BotFather, /setprivacy, Disable; then take the bot out of its groups and add it again",
			"privacy mode is on: in groups the bot sees no photo that isn't a reply to it")...)
	}
	all = append(all, byFiles(ctx, c)...)
	if cfg.Telegram.Polling {
		return append(all, byPolling(s)...)
	}
	return append(all, byWebhook(s, cfg.PublicURL)...)
}

// byFiles is about photos at a Bot API server of one's own, which hands out no files by itself.
func byFiles(ctx context.Context, c *telegram.Client) []Finding {
	tried, err := c.TryFile(ctx)
	switch {
	case err != nil:
		return Unwell(err, "see that files of your own Bot API server can be fetched: docs/telegram.md says how")
	case !tried:
		return Is(Warning, "give the bot a picture (@BotFather, /setuserpic): it is fetched for a try",
			"whether photos can be fetched from TELEGRAM_API_URL isn't known")
	}
	return nil
}

// byPolling is about updates that we fetch.
func byPolling(s telegram.Standing) []Finding {
	if s.Webhook == "" {
		return nil
	}
	return Is(Warning, "if another service is to have them, give this one a bot of its own: `serve` takes them over",
		"updates go to %s, but TELEGRAM_MODE is polling", host(s.Webhook))
}

// byWebhook is about updates that come to us.
func byWebhook(s telegram.Standing, public *url.URL) []Finding {
	const do = "see the finding on the address, and that every process has the same SECRET_KEY"
	switch {
	case s.Webhook == "":
		return Is(Healthy, "", "updates go nowhere yet: `serve` has them come to PUBLIC_URL")
	case s.Webhook != public.String()+"/webhooks/telegram":
		return Is(Warning,
			"if another service is to have them, give this one a bot of its own: `serve` takes them over",
			"updates go to another address, at %s", host(s.Webhook))
	case s.Trouble == "":
		return Is(Healthy, "", "updates come to PUBLIC_URL; %d wait", s.Waiting)
	case s.Waiting > 0 && time.Since(s.Troubled) < recent:
		return Is(Failed, do, "%d updates wait, since the webhook fails: %s", s.Waiting, s.Trouble)
	}
	return Is(
		Warning, do, "the webhook failed at %s: %s", s.Troubled.In(config.Home()).Format("2006-01-02 15:04"),
		s.Trouble,
	)
}

// host is the part of an address that holds no secret.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "another address"
	}
	return u.Host
}

func checkSlack(ctx context.Context, cfg config.Config) []Finding {
	s := cfg.Slack
	if !s.On() {
		return Is(Off, "", "SLACK_BOT_TOKEN isn't set")
	}
	c, err := oneSlack(s)
	if err != nil {
		return Unwell(err, "correct SLACK_API_URL")
	}
	var all []Finding
	if s.Token.Set() {
		all = append(all, workspace(ctx, c)...)
	} else {
		all = append(
			all, Is(Off, "", "each workspace brings its token when it installs the app, and none is tried here")...,
		)
	}
	if s.Sockets() {
		if err := c.Socket(ctx); err != nil {
			return append(
				all,
				Unwell(err, "make SLACK_APP_TOKEN anew (api.slack.com/apps, Basic Information, with "+
					"connections:write), and turn Socket Mode on")...,
			)
		}
		all = append(all, Is(Healthy, "", "Socket Mode is open to us")...)
	}
	return all
}

// oneSlack is a client for the one workspace that a token was set for.
func oneSlack(s config.Slack) (*slack.Client, error) {
	return slack.New(slack.Options{
		APIURL: s.APIURL.String() + "/", AppToken: s.AppToken.Reveal(), SigningSecret: s.Signing.Reveal(),
		Tokens: func(context.Context, string) (string, error) { return s.Token.Reveal(), nil },
	})
}

// workspace is about the app in the one workspace that a token was set for.
func workspace(ctx context.Context, c *slack.Client) []Finding {
	me, err := c.Me(ctx, "")
	if err != nil {
		return Unwell(err, "copy SLACK_BOT_TOKEN again (api.slack.com/apps, OAuth & Permissions); if that doesn't "+
			"help, install the app anew")
	}
	var lacks []string
	for _, scope := range slack.Scopes() {
		if !slices.Contains(me.Scopes, scope) {
			lacks = append(lacks, scope)
		}
	}
	switch {
	case len(me.Scopes) == 0:
		return Is(
			Warning, "compare the app's scopes with docs/slack-manifest.json",
			"workspace %s answers, but doesn't say what we may do", me.Name,
		)
	case len(lacks) > 0:
		return Is(
			Failed, "give the app docs/slack-manifest.json, then install it in the workspace again",
			"workspace %s: the app may not %s", me.Name, strings.Join(lacks, ", "),
		)
	}
	return Is(Healthy, "", "workspace %s answers, and the app may do all that it needs", me.Name)
}

// checkOps is about the chat where the service speaks up.
func checkOps(ctx context.Context, cfg config.Config) []Finding {
	platform, chat := cfg.Ops()
	var reaches func(context.Context, string) error
	switch {
	case chat == "":
		return Is(Off, "", "OPS_CHAT isn't set: what needs a person is in the log only")
	case platform == telegram.Platform && cfg.Telegram.Token.Set():
		c, err := app.NewTelegram(app.Parts{Cfg: cfg}, nil)
		if err != nil {
			return Unwell(err, "correct TELEGRAM_API_URL")
		}
		reaches = c.Reaches
	case platform == slack.Platform && cfg.Slack.Token.Set() && !isDirect(chat):
		c, err := oneSlack(cfg.Slack)
		if err != nil {
			return Unwell(err, "correct SLACK_API_URL")
		}
		reaches = c.Reaches
	case platform == slack.Platform && cfg.Slack.On():
		return Is(Off, "", "this kind of chat can't be tried without writing to it")
	default:
		return Is(
			Failed, "turn that messenger on, or name a chat of one that is", "OPS_CHAT is in %s, which is turned off",
			platform,
		)
	}
	if err := reaches(ctx, chat); err != nil {
		return Unwell(err, "add the bot to that chat, or correct OPS_CHAT")
	}
	return Is(Healthy, "", "the bot is in the ops chat")
}

// isDirect reports whether a chat of Slack is one person's, about which our scopes tell us nothing.
func isDirect(chat string) bool {
	return strings.HasPrefix(chat[strings.LastIndex(chat, ":")+1:], "D")
}

func checkRunway(ctx context.Context, cfg config.Config) []Finding {
	if !cfg.Runway.Key.Set() {
		return Is(Off, "", "RUNWAYML_API_SECRET isn't set")
	}
	c := app.NewRunway(app.Parts{Cfg: cfg})
	a, err := c.Account(ctx)
	if err != nil {
		return Unwell(err, "check RUNWAYML_API_SECRET (dev.runwayml.com, API keys) and RUNWAYML_BASE_URL")
	}
	if a.Credits < 0 {
		return Is(
			Warning, "check RUNWAYML_BASE_URL and the key, unless it is a gateway that keeps this to itself",
			"the balance isn't told, so the key isn't proven",
		)
	}
	var all []Finding
	if !a.Model {
		all = append(
			all,
			Is(
				Warning, "correct RUNWAY_MODEL, or ask Runway for it", "RUNWAY_MODEL: %s isn't offered to this key",
				cfg.Runway.Model,
			)...,
		)
	}
	if a.Most > 0 && a.Made >= a.Most {
		all = append(
			all,
			Is(
				Warning, "wait until tomorrow, or raise the tier (dev.runwayml.com, Usage)",
				"today's %d clips are used up: orders wait", a.Most,
			)...,
		)
	}
	return append(all, balance(a.Credits, c.ClipTerms().Price)...)
}

func balance(has, price pipeline.Credits) []Finding {
	const do = "buy credits (dev.runwayml.com, Billing)"
	switch {
	case has < max(price, 1):
		return Is(Failed, do, "%s credits are left, and a clip costs %s", Amount(has), Amount(price))
	case has < ops.FewClips*price:
		return Is(Warning, do, "%s credits are left, enough for %d clips", Amount(has), has/price)
	case price == 0:
		return Is(Healthy, "", "%s credits", Amount(has))
	}
	return Is(Healthy, "", "%s credits, enough for %d clips", Amount(has), has/price)
}

func Amount(c pipeline.Credits) string { return strconv.FormatFloat(float64(c)/100, 'f', -1, 64) }

func checkCreatomate(ctx context.Context, cfg config.Config) []Finding {
	if !cfg.Creatomate.Key.Set() {
		return Is(Off, "", "CREATOMATE_API_KEY isn't set")
	}
	c := app.NewCreatomate(app.Parts{Cfg: cfg})
	template := cfg.Creatomate.TemplateID != ""
	soon, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	var all []Finding
	for _, name := range app.Looks(app.Parts{Cfg: cfg}) {
		got, err := c.Rehearse(soon, app.Rehearsal(name, cfg.Runway.Seconds))
		if err != nil {
			do := "check CREATOMATE_API_KEY (creatomate.com, Project Settings) and CREATOMATE_BASE_URL"
			if template && pipeline.AsFault(err).Reason == pipeline.ReasonTemplate {
				do = "check CREATOMATE_TEMPLATE_ID, and that CREATOMATE_API_KEY is of the same project"
			}
			return append(all, Unwell(err, do)...)
		}
		if got.Unmarked {
			all = append(all, Is(Failed,
				"give it a text element called ai_text_layer that says “AI로 만든 영상” from the first to the last frame: "+
					"the law wants films made with AI to be marked",
				"nothing on the template says that AI has made the film")...)
		}
		for _, x := range got.Warnings {
			if template {
				all = append(
					all,
					Is(Failed, "give the template elements of all these names: main_video_layer, menu_text_layer, "+
						"price_text_layer, logo_image_layer, bgm_track", "the template: %s", x)...,
				)
			} else {
				all = append(
					all, Is(Failed, "report it: this program's own look isn't taken", "look %s: %s", name, x)...,
				)
			}
		}
	}
	if len(all) > 0 {
		return all
	}
	fine := "every look is taken"
	if template {
		fine = "the template has all the elements that we fill"
	}
	return append(Is(Healthy, "", "%s", fine), checkFonts(ctx, cfg, c)...)
}

// FontsLimit is how long a proof of the typefaces may take.
const FontsLimit = 90 * time.Second

// checkFonts has one still rendered: Creatomate shows Hangul of a family that it doesn't know as boxes, and says
// nothing.
func checkFonts(ctx context.Context, cfg config.Config, c *creatomate.Client) []Finding {
	ctx, cancel := context.WithTimeout(ctx, FontsLimit)
	defer cancel()
	results, err := app.OpenResults(app.Parts{Cfg: cfg})
	if err != nil {
		return Unwell(err, "correct RESULT_HOSTS")
	}
	unknown, err := c.UnknownFamilies(ctx, look.Families(), results.Open)
	if err != nil {
		return Is(
			Warning, "run doctor again; it renders one still, for one credit", "the typefaces aren't proven: %v", err,
		)
	}
	if len(unknown) > 0 {
		return Is(Failed, "report it: this program's looks count on them; until then shops should choose another look",
			"Creatomate doesn't know the typefaces %s: their Hangul shows as boxes", strings.Join(unknown, ", "))
	}
	return Is(Healthy, "", "a still shows that it knows every typeface of the looks")
}
