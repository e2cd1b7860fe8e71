package main

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate"
	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/look"
)

// recent is for how long a webhook that failed is taken for one that fails, if updates wait.
const recent = 10 * time.Minute

func checkTelegram(ctx context.Context, cfg config.Config) []finding {
	if !cfg.Telegram.Token.Set() {
		return is(off, "", "TELEGRAM_BOT_TOKEN isn't set")
	}
	const do = "copy TELEGRAM_BOT_TOKEN from @BotFather again (/mybots, API Token)"
	c, err := newTelegram(parts{cfg: cfg}, nil)
	if err != nil {
		return unwell(err, do)
	}
	s, err := c.Standing(ctx)
	if err != nil {
		return unwell(err, do)
	}
	all := is(healthy, "", "@%s answers", s.Name)
	if !s.SeesAll {
		all = append(all, is(warning, "@BotFather, /setprivacy, Disable; then take the bot out of its groups and add it again",
			"privacy mode is on: in groups the bot sees no photo that isn't a reply to it")...)
	}
	all = append(all, byFiles(ctx, c)...)
	if cfg.Telegram.Polling {
		return append(all, byPolling(s)...)
	}
	return append(all, byWebhook(s, cfg.PublicURL)...)
}

// byFiles is about photos at a Bot API server of one's own, which hands out no files by itself.
func byFiles(ctx context.Context, c *telegram.Client) []finding {
	tried, err := c.TryFile(ctx)
	switch {
	case err != nil:
		return unwell(err, "see that files of the Bot API server can be fetched: README, \"A Bot API server of your own\"")
	case !tried:
		return is(warning, "give the bot a picture (@BotFather, /setuserpic): it is fetched for a try",
			"whether photos can be fetched from TELEGRAM_API_URL isn't known")
	}
	return nil
}

// byPolling is about updates that we fetch.
func byPolling(s telegram.Standing) []finding {
	if s.Webhook == "" {
		return nil
	}
	return is(warning, "if another service is to have them, give this one a bot of its own: `serve` takes them over",
		"updates go to %s, but TELEGRAM_MODE is polling", host(s.Webhook))
}

// byWebhook is about updates that come to us.
func byWebhook(s telegram.Standing, public *url.URL) []finding {
	const do = "see the finding on the address, and that every process has the same SECRET_KEY"
	switch {
	case s.Webhook == "":
		return is(healthy, "", "updates go nowhere yet: `serve` has them come to PUBLIC_URL")
	case s.Webhook != public.String()+"/webhooks/telegram":
		return is(warning, "if another service is to have them, give this one a bot of its own: `serve` takes them over",
			"updates go to another address, at %s", host(s.Webhook))
	case s.Trouble == "":
		return is(healthy, "", "updates come to PUBLIC_URL; %d wait", s.Waiting)
	case s.Waiting > 0 && time.Since(s.Troubled) < recent:
		return is(failed, do, "%d updates wait, since the webhook fails: %s", s.Waiting, s.Trouble)
	}
	return is(warning, do, "the webhook failed at %s: %s", s.Troubled.In(config.Home()).Format("2006-01-02 15:04"), s.Trouble)
}

// host is the part of an address that holds no secret.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "another address"
	}
	return u.Host
}

func checkSlack(ctx context.Context, cfg config.Config) []finding {
	s := cfg.Slack
	if !s.On() {
		return is(off, "", "SLACK_BOT_TOKEN isn't set")
	}
	c, err := oneSlack(s)
	if err != nil {
		return unwell(err, "correct SLACK_API_URL")
	}
	var all []finding
	if s.Token.Set() {
		all = append(all, workspace(ctx, c)...)
	} else {
		all = append(all, is(off, "", "each workspace brings its token when it installs the app, and none is tried here")...)
	}
	if s.Sockets() {
		if err := c.Socket(ctx); err != nil {
			return append(all, unwell(err, "make SLACK_APP_TOKEN anew (api.slack.com/apps, Basic Information, with connections:write), and turn Socket Mode on")...)
		}
		all = append(all, is(healthy, "", "Socket Mode is open to us")...)
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
func workspace(ctx context.Context, c *slack.Client) []finding {
	me, err := c.Me(ctx, "")
	if err != nil {
		return unwell(err, "copy SLACK_BOT_TOKEN again (api.slack.com/apps, OAuth & Permissions); if that doesn't help, install the app anew")
	}
	var lacks []string
	for _, scope := range slack.Scopes() {
		if !slices.Contains(me.Scopes, scope) {
			lacks = append(lacks, scope)
		}
	}
	switch {
	case len(me.Scopes) == 0:
		return is(warning, "compare the app's scopes with docs/slack-manifest.json", "workspace %s answers, but doesn't say what we may do", me.Name)
	case len(lacks) > 0:
		return is(failed, "give the app docs/slack-manifest.json, then install it in the workspace again", "workspace %s: the app may not %s", me.Name, strings.Join(lacks, ", "))
	}
	return is(healthy, "", "workspace %s answers, and the app may do all that it needs", me.Name)
}

// checkOps is about the chat where the service speaks up.
func checkOps(ctx context.Context, cfg config.Config) []finding {
	platform, chat := cfg.Ops()
	var reaches func(context.Context, string) error
	switch {
	case chat == "":
		return is(off, "", "OPS_CHAT isn't set: what needs a person is in the log only")
	case platform == telegram.Platform && cfg.Telegram.Token.Set():
		c, err := newTelegram(parts{cfg: cfg}, nil)
		if err != nil {
			return unwell(err, "correct TELEGRAM_API_URL")
		}
		reaches = c.Reaches
	case platform == slack.Platform && cfg.Slack.Token.Set() && !isDirect(chat):
		c, err := oneSlack(cfg.Slack)
		if err != nil {
			return unwell(err, "correct SLACK_API_URL")
		}
		reaches = c.Reaches
	case platform == slack.Platform && cfg.Slack.On():
		return is(off, "", "this kind of chat can't be tried without writing to it")
	default:
		return is(failed, "turn that messenger on, or name a chat of one that is", "OPS_CHAT is in %s, which is turned off", platform)
	}
	if err := reaches(ctx, chat); err != nil {
		return unwell(err, "add the bot to that chat, or correct OPS_CHAT")
	}
	return is(healthy, "", "the bot is in the ops chat")
}

// isDirect reports whether a chat of Slack is one person's, about which our scopes tell us nothing.
func isDirect(chat string) bool {
	return strings.HasPrefix(chat[strings.LastIndex(chat, ":")+1:], "D")
}

// fewClips is when the balance is low.
const fewClips = 20

func checkRunway(ctx context.Context, cfg config.Config) []finding {
	if !cfg.Runway.Key.Set() {
		return is(off, "", "RUNWAYML_API_SECRET isn't set")
	}
	c := newRunway(parts{cfg: cfg})
	a, err := c.Account(ctx)
	if err != nil {
		return unwell(err, "check RUNWAYML_API_SECRET (dev.runwayml.com, API keys) and RUNWAYML_BASE_URL")
	}
	if a.Credits < 0 {
		return is(warning, "check RUNWAYML_BASE_URL and the key, unless it is a gateway that keeps this to itself", "the balance isn't told, so the key isn't proven")
	}
	var all []finding
	if !a.Model {
		all = append(all, is(warning, "correct RUNWAY_MODEL, or ask Runway for it", "RUNWAY_MODEL: %s isn't offered to this key", cfg.Runway.Model)...)
	}
	if a.Most > 0 && a.Made >= a.Most {
		all = append(all, is(warning, "wait until tomorrow, or raise the tier (dev.runwayml.com, Usage)", "today's %d clips are used up: orders wait", a.Most)...)
	}
	return append(all, balance(a.Credits, c.Price(cfg.Runway.Seconds))...)
}

func balance(has, price pipeline.Credits) []finding {
	const do = "buy credits (dev.runwayml.com, Billing)"
	switch {
	case has < max(price, 1):
		return is(failed, do, "%s credits are left, and a clip costs %s", amount(has), amount(price))
	case has < fewClips*price:
		return is(warning, do, "%s credits are left, enough for %d clips", amount(has), has/price)
	case price == 0:
		return is(healthy, "", "%s credits", amount(has))
	}
	return is(healthy, "", "%s credits, enough for %d clips", amount(has), has/price)
}

func amount(c pipeline.Credits) string { return strconv.FormatFloat(float64(c)/100, 'f', -1, 64) }

func checkCreatomate(ctx context.Context, cfg config.Config) []finding {
	if !cfg.Creatomate.Key.Set() {
		return is(off, "", "CREATOMATE_API_KEY isn't set")
	}
	c := newCreatomate(parts{cfg: cfg})
	template := cfg.Creatomate.TemplateID != ""
	soon, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	var all []finding
	for _, name := range looks(parts{cfg: cfg}) {
		got, err := c.Rehearse(soon, rehearsal(name, cfg.Runway.Seconds))
		if err != nil {
			do := "check CREATOMATE_API_KEY (creatomate.com, Project Settings) and CREATOMATE_BASE_URL"
			if template && pipeline.AsFault(err).Reason == pipeline.ReasonTemplate {
				do = "check CREATOMATE_TEMPLATE_ID, and that CREATOMATE_API_KEY is of the same project"
			}
			return append(all, unwell(err, do)...)
		}
		if got.Unmarked {
			all = append(all, is(failed, "give it a text element called ai_text_layer that says “AI로 만든 영상” from the first to the last frame: the law wants films made with AI to be marked",
				"nothing on the template says that AI has made the film")...)
		}
		for _, x := range got.Said {
			if template {
				all = append(all, is(failed, "give the template elements of all these names: main_video_layer, menu_text_layer, price_text_layer, logo_image_layer, bgm_track", "the template: %s", x)...)
			} else {
				all = append(all, is(failed, "report it: this program's own look isn't taken", "look %s: %s", name, x)...)
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
	return append(is(healthy, "", "%s", fine), checkFonts(ctx, cfg, c)...)
}

// fontsLimit is how long a proof of the typefaces may take.
const fontsLimit = 90 * time.Second

// checkFonts has one still rendered: Creatomate shows Hangul of a family that it doesn't know as boxes, and says nothing.
func checkFonts(ctx context.Context, cfg config.Config, c *creatomate.Client) []finding {
	ctx, cancel := context.WithTimeout(ctx, fontsLimit)
	defer cancel()
	results, err := openResults(parts{cfg: cfg})
	if err != nil {
		return unwell(err, "correct RESULT_HOSTS")
	}
	unknown, err := c.UnknownFamilies(ctx, look.Families(), results.Open)
	if err != nil {
		return is(warning, "run doctor again; it renders one still, for one credit", "the typefaces aren't proven: %v", err)
	}
	if len(unknown) > 0 {
		return is(failed, "report it: this program's looks count on them; until then shops should choose another look",
			"Creatomate doesn't know the typefaces %s: their Hangul shows as boxes", strings.Join(unknown, ", "))
	}
	return is(healthy, "", "a still shows that it knows every typeface of the looks")
}

// rehearsal is a cut with everything in it. Nobody fetches what it names.
func rehearsal(look string, seconds int) pipeline.CutRequest {
	return pipeline.CutRequest{
		Call: "doctor", Look: look, Seconds: float64(seconds),
		Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Shop: "사장픽"},
		Clip:  "https://example.com/clip.mp4", Logo: "https://example.com/logo.png", Music: "https://example.com/music.mp3",
	}
}
