package config

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Setting is one row of the table of settings.
type Setting struct {
	Name    string
	Default string // empty: none
	Meaning string
	Secret  bool // its value is never shown
}

// entry is a setting with the way its text becomes a part of Config. An error of set says what
// to write instead, and holds no value of a Secret.
type entry struct {
	Setting
	set func(c *Config, text string) error
}

// table is every setting there is, in the order of docs/settings.md.
func table() []entry {
	return []entry{
		{Setting{"LISTEN", ":8080", "HTTP address", false}, setListen},
		{
			Setting{
				"PUBLIC_URL", "",
				"https base (http only for a loopback host) under which providers and platforms reach us", false,
			},
			setPublicURL,
		},
		{Setting{"DATABASE_URL", "sqlite:sajangpick.db", "`postgres://…` or `sqlite:PATH`", true}, setDatabase},
		{Setting{"BLOB_URL", "file:./data", "`s3://BUCKET/PREFIX` or `file:DIR`", false}, setBlobs},
		{
			Setting{
				"BLOB_PUBLIC_URL", "", "base URL of a public or CDN-served bucket; without it S3 links are presigned",
				false,
			},
			setBlobPublicURL,
		},
		{Setting{"TELEGRAM_BOT_TOKEN", "", "token of the bot in Telegram, from @BotFather", true}, setBotToken},
		{
			Setting{
				"TELEGRAM_API_URL", "https://api.telegram.org",
				"another Bot API server; plain http for a private address or a name without a dot", false,
			},
			setTelegramAPI,
		},
		{
			Setting{
				"TELEGRAM_MODE", "",
				"`webhook` or `polling`; without it a webhook if `PUBLIC_URL` is set, else polling", false,
			},
			setTelegramMode,
		},
		{
			Setting{"TELEGRAM_RATE", "25/1s", "messages that the bot may send, all processes together: `N/DURATION`; " +
				"edits of progress lines yield to the others", false},
			func(c *Config, s string) error { return setRate(&c.Telegram.Rate, s) },
		},
		{
			Setting{
				"TELEGRAM_WEBHOOK_SECRET", "",
				"what Telegram shows us with each update; without it one is derived from `SECRET_KEY`", true,
			},
			setWebhookSecret,
		},
		{Setting{"SLACK_BOT_TOKEN", "", "token of the app in one workspace of Slack, `xoxb-…`", true}, setSlackToken},
		{
			Setting{
				"SLACK_SIGNING_SECRET", "", "what Slack signs its requests with; events come to `PUBLIC_URL`", true,
			},
			func(c *Config, s string) error { return setKey(&c.Slack.Signing, s) },
		},
		{
			Setting{
				"SLACK_APP_TOKEN", "",
				"`xapp-…`: events come through Socket Mode instead, and no request needs to reach us", true,
			},
			setSlackAppToken,
		},
		{
			Setting{"SLACK_API_URL", "https://slack.com/api/", "another API of Slack's kind, ends with `/api/`", false},
			setSlackAPI,
		},
		{
			Setting{
				"SLACK_CLIENT_ID", "",
				"for several workspaces instead of `SLACK_BOT_TOKEN`: each installs the app at `/slack/install`",
				false,
			},
			setSlackID,
		},
		{
			Setting{"SLACK_CLIENT_SECRET", "", "goes with `SLACK_CLIENT_ID`", true},
			func(c *Config, s string) error { return setKey(&c.Slack.Key, s) },
		},
		{
			Setting{"RUNWAYML_API_SECRET", "", "key of Runway, which makes the clips", true},
			func(c *Config, s string) error { return setKey(&c.Runway.Key, s) },
		},
		{
			Setting{
				"RUNWAYML_BASE_URL", "https://api.dev.runwayml.com",
				"another address of Runway's API, such as a gateway", false,
			},
			func(c *Config, s string) error { return setBaseURL(&c.Runway.BaseURL, s) },
		},
		{
			Setting{"RUNWAY_MODEL", "gen4_turbo", "clip model: `gen4_turbo`, `gen4.5` or `gemini_omni_flash`", false},
			setModel,
		},
		{
			Setting{"RUNWAY_SECONDS", "3", "clip length, 2 to 10 (`gemini_omni_flash`: from 3)", false},
			func(c *Config, s string) error {
				return setWhole(&c.Runway.Seconds, s, 2, 10, "clip length: write a whole number from 2 to 10")
			},
		},
		{
			Setting{
				"RUNWAY_WEBHOOK", "off", "`on`: a gateway in front of Runway calls us back at `/webhooks/runway/…`",
				false,
			},
			func(c *Config, s string) error { return setSwitch(&c.Runway.Webhook, s) },
		},
		{
			Setting{"RUNWAY_CONCURRENCY", "20", "most clips under way at once, all processes together; fewer as soon " +
				"as Runway lets some wait (`THROTTLED`)", false},
			func(c *Config, s string) error {
				return setWhole(&c.Runway.AtOnce, s, 1, 1000, "number of clips: write a whole number from 1 to 1000")
			},
		},
		{
			Setting{"CLIP_FALLBACK", "changed", "`changed`: clips are compared with their photos (ffmpeg must be " +
				"installed), and admins are told of one that may show another dish; `always`: also, a short shows " +
				"the photo itself with a gentle zoom if no clip can be had; `off`: neither", false},
			setFallback,
		},
		{
			Setting{"CREATOMATE_API_KEY", "", "key of Creatomate, which renders the shorts", true},
			func(c *Config, s string) error { return setKey(&c.Creatomate.Key, s) },
		},
		{
			Setting{"CREATOMATE_BASE_URL", "https://api.creatomate.com", "another address of Creatomate's API", false},
			func(c *Config, s string) error { return setBaseURL(&c.Creatomate.BaseURL, s) },
		},
		{
			Setting{
				"CREATOMATE_TEMPLATE_ID", "",
				"a template of the dashboard; without it the built-in look is sent as RenderScript", false,
			},
			setTemplate,
		},
		{
			Setting{"TEMPLATE_RATIO", "9:16", "shape of the clip that the template of `CREATOMATE_TEMPLATE_ID` " +
				"wants: `9:16`, `3:4`, `1:1`, `4:3` or `16:9`", false},
			setTemplateRatio,
		},
		{
			Setting{
				"CREATOMATE_RATE", "30/10s",
				"requests that the account may make, all processes together: `N/DURATION`", false,
			},
			func(c *Config, s string) error { return setRate(&c.Creatomate.Rate, s) },
		},
		{
			Setting{
				"ADMINS", "",
				"who runs the service by chat: `telegram:123,slack:U0AB`, with several workspaces `slack:T0AB:U0AB`",
				false,
			},
			setAdmins,
		},
		{
			Setting{"OPS_CHAT", "", "where the service tells what needs a person: `telegram:-100123`, `slack:C0AB`, " +
				"with several workspaces `slack:T0AB:C0AB`", false},
			setOpsChat,
		},
		{
			Setting{"SIGNUP", "invite", "`invite`: a chat needs a code from an admin (`/invite`); `open`: any chat " +
				"gets a shop at its first photo", false},
			setSignup,
		},
		{
			Setting{"SHOP_MONTHLY_LIMIT", "30", "shorts that a shop may make in a month; `0`: no limit", false},
			func(c *Config, s string) error {
				return setWhole(&c.MonthlyLimit, s, 0, 1_000_000, "number of shorts: write e.g. 30, or 0 for no limit")
			},
		},
		{
			Setting{
				"DAILY_CREDIT_BUDGET", "0",
				"credits of Runway that may be spent in a day, after which clips wait for the next; `0`: no limit",
				false,
			},
			func(c *Config, s string) error {
				const wrong = "number of credits: write e.g. 3000, or 0 for no limit"
				return setWhole(&c.DailyCredits, s, 0, 1_000_000_000, wrong)
			},
		},
		{
			Setting{"RETRY_UNKNOWN_AFTER", "10m", "a paid start whose answer was lost is started once more after " +
				"this (a render after a minute), at most once an order (one that was answered with a server error up " +
				"to three times, each time after a longer wait); `off` leaves it to an admin", false},
			setRetry,
		},
		{
			Setting{
				"SWEEP_CRON", "*/1 * * * *",
				"when late orders are looked for: a cron spec, Asia/Seoul unless it begins with `CRON_TZ=`", false,
			},
			func(c *Config, s string) error { return setCron(&c.Sweep, s) },
		},
		{
			Setting{"REPORT_CRON", "0 9 * * *", "when the day before is reported to `OPS_CHAT`", false},
			func(c *Config, s string) error { return setCron(&c.Report, s) },
		},
		{
			Setting{"CLEAN_CRON", "30 4 * * *", "when what isn't needed any more is cleared away", false},
			func(c *Config, s string) error { return setCron(&c.Clean, s) },
		},
		{
			Setting{
				"RETENTION", "90d",
				"photos, clips and shorts are deleted so long after their order ended, and later all but its sums",
				false,
			},
			setRetention,
		},
		{
			Setting{
				"POLL_INTERVAL", "5s", "shortest time between two polls of a provider; 5s or more with the real ones",
				false,
			},
			setPoll,
		},
		{
			Setting{"RESULT_HOSTS", "", "hosts from which results may be fetched besides the providers' own, " +
				"separated by commas: `cdn.example.com`, `.example.com`; owners' music may also come from, and " +
				"callbacks of orders go to, an origin inside the network: `http://10.0.0.5:9000`", false},
			setResultHosts,
		},
		{
			Setting{"SECRET_KEY", "", "at least 32 characters; signs webhook tokens and links, seals Slack's tokens. " +
				"Required with Postgres; with SQLite it is made and kept beside the database as `secret.key`", true},
			setSecretKey,
		},
		{
			Setting{"SECRET_KEY_OLD", "", "what `SECRET_KEY` was before: tokens and links that are out go on " +
				"working, Slack's tokens are sealed anew", true},
			setOldSecretKey,
		},
		{
			Setting{"MIGRATE", "on", "`off`: `serve` leaves the database schema to `sajangpick migrate`", false},
			func(c *Config, s string) error { return setSwitch(&c.Migrate, s) },
		},
		{
			Setting{
				"METRICS_LISTEN", "127.0.0.1:9464",
				"where `/metrics` is served, for a Prometheus: `HOST:PORT`, or `off`", false,
			},
			setMetricsListen,
		},
		{
			Setting{"WEB", "", "`on`: the page, where shops sign in with a link from `/web`; needs `PUBLIC_URL`. " +
				"Without it `off`, and in the sandbox `on`", false},
			func(c *Config, s string) error { c.Web.Set = true; return setSwitch(&c.Web.On, s) },
		},
		{Setting{"LOG_LEVEL", "info", "`debug`, `info`, `warn` or `error`", false}, setLogLevel},
		{Setting{"LOG_FORMAT", "", "`text` or `json`; without it text on a terminal, else json", false}, setLogFormat},
	}
}

// Settings lists every setting, in the order of docs/settings.md.
func Settings() []Setting {
	rows := table()
	list := make([]Setting, len(rows))
	for i, row := range rows {
		list[i] = row.Setting
	}
	return list
}

// Markdown is the table of docs/settings.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	for _, s := range Settings() {
		def := "none"
		if s.Default != "" {
			def = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, def, strings.ReplaceAll(s.Meaning, "|", `\|`))
	}
	return b.String()
}

// Help prints the table for a terminal.
func Help(w io.Writer) error {
	tab := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, s := range Settings() {
		meaning := strings.ReplaceAll(s.Meaning, "`", "")
		if s.Default != "" {
			meaning += " [" + s.Default + "]"
		}
		fmt.Fprintf(tab, "  %s\t%s\n", s.Name, meaning)
	}
	return tab.Flush()
}
