// Package config is the settings: read once at the start from the environment, a .env file and
// mounted secret files, checked all together, and handed on as plain typed values. One table
// (see Settings) is the source of the reading, of --help and of docs/settings.md.
package config

import (
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Config is every setting, checked. The zero value is not valid; Load makes one.
type Config struct {
	Listen    string   // host:port
	PublicURL *url.URL // nil: we can't be reached from outside. Has no path
	Database  Database
	Blobs     Blobs

	Telegram   Telegram
	Slack      Slack
	Runway     Runway
	Creatomate Creatomate

	Admins       map[string]bool // platform:user
	OpenSignup   bool            // any chat gets a shop at its first photo
	OpsChat      string          // platform:chat; empty: what needs a person is in the log only
	MonthlyLimit int             // shorts a shop may make in a month; 0: no limit
	DailyCredits int             // Runway's credits that may be spent in a day; 0: no limit

	ClipFallback      Fallback
	RetryUnknownAfter time.Duration // 0: an unknown paid start is left to an admin
	Sweep             Cron
	Report            Cron
	Clean             Cron
	Retention         time.Duration // of photos, clips and shorts
	PollInterval      time.Duration
	ResultHosts       []string // host, host:port, .suffix or scheme://host:port; lower case
	SecretKey         Secret   // empty only with SQLite: see KeepSecret
	OldSecretKey      Secret   // what SECRET_KEY was before
	Migrate           bool
	Web               Web

	MetricsListen string // host:port; empty: nowhere
	LogLevel      slog.Level
	LogFormat     string // text, json, or empty: text on a terminal, else json

	// Rest is what the .env file says beyond our own settings and the environment lacks
	// (AWS_REGION and the like). Libraries read these from the process's environment, so main
	// puts them there.
	Rest map[string]Secret
}

// Database is where orders are kept: one of the two is set.
type Database struct {
	SQLite   string // path of the file
	Postgres Secret // the whole URL, since it may hold a password
}

// Blobs is where files are kept: Dir, or Bucket with its Prefix.
type Blobs struct {
	Dir       string
	Bucket    string
	Prefix    string   // without slashes at its ends; may be empty
	PublicURL *url.URL // nil: links are presigned, or served by ourselves
}

// Runway is how clips are made.
type Runway struct {
	Key     Secret
	BaseURL *url.URL // without a slash at its end
	Model   string
	Seconds int
	Webhook bool // a gateway in front of Runway calls us back
	AtOnce  int  // most clips that may be under way, of all processes
}

// Web is whether there is a page. Without Set the sandbox has one.
type Web struct{ On, Set bool }

// Fallback is whether clips are compared with their photos, and whether the photo may take the place of one.
type Fallback string

const (
	FallbackChanged Fallback = "changed" // clips are compared with their photos
	FallbackAlways  Fallback = "always"  // also, a short shows the photo when no clip can be had
	FallbackOff     Fallback = "off"     // neither
)

// Creatomate is how shorts are rendered.
type Creatomate struct {
	Key        Secret
	BaseURL    *url.URL // without a slash at its end
	TemplateID string   // empty: the built-in look is sent as RenderScript
	Ratio      string   // width:height of the clip that the template wants
	Rate       Rate     // requests that the account may make, all processes together
}

// Rate is how many requests may be made in any time of so long.
type Rate struct {
	N   int
	Per time.Duration
}

// Cron is a robfig/cron spec. Its times are of Asia/Seoul unless Spec names another zone.
type Cron struct {
	Spec     string
	Schedule cron.Schedule
}

// Missing explains, a line each, what `serve` still needs before it can work for real; the
// settings themselves may be fine. In the sandbox a provider without a key is replaced by its
// stand-in, so only what the remaining real ones need is listed.
func (c Config) Missing(sandbox bool) []string {
	var lines []string
	if !sandbox && !c.Telegram.Token.Set() && !c.Slack.On() {
		lines = append(lines, "TELEGRAM_BOT_TOKEN: the token of your bot (Telegram, @BotFather, /newbot); or "+
			"SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET for Slack")
	}
	if !sandbox && !c.Runway.Key.Set() {
		lines = append(lines, "RUNWAYML_API_SECRET: the key with which clips are made (dev.runwayml.com, API keys)")
	}
	if !sandbox && !c.Creatomate.Key.Set() {
		lines = append(
			lines, "CREATOMATE_API_KEY: the key with which shorts are rendered (creatomate.com, project settings)",
		)
	}
	if c.Creatomate.Key.Set() && !isLoopback(c.Creatomate.BaseURL) && !c.reachable() {
		lines = append(lines, "PUBLIC_URL: the https address under which Creatomate can fetch our clips; a BLOB_URL "+
			"of the form s3://BUCKET/PREFIX does as well")
	}
	if c.Slack.called() && c.PublicURL == nil {
		lines = append(lines, "PUBLIC_URL: the https address at which Slack reaches us; for one workspace "+
			"SLACK_APP_TOKEN does without it")
	}
	if c.Runway.Webhook && c.PublicURL == nil {
		lines = append(lines, "PUBLIC_URL: the https address that the gateway calls back, since RUNWAY_WEBHOOK is on")
	}
	if c.Web.On && c.PublicURL == nil && !sandbox {
		lines = append(lines, "PUBLIC_URL: the https address at which browsers reach the page, since WEB is on")
	}
	return lines
}

// Pays reports whether a real provider is used: one with a key, that isn't a stand-in on this machine.
func (c Config) Pays() bool {
	return c.Runway.Key.Set() && !isLoopback(c.Runway.BaseURL) ||
		c.Creatomate.Key.Set() && !isLoopback(c.Creatomate.BaseURL)
}

// reachable reports whether providers on the internet can fetch a blob of ours.
func (c Config) reachable() bool {
	if c.Blobs.Bucket != "" || c.Blobs.PublicURL != nil {
		return true
	}
	return c.PublicURL != nil && !isLoopback(c.PublicURL)
}

// conflicts adds the problems that only show when settings are seen together.
func (c *Config) conflicts(p *Problems) {
	c.arrivals(p)
	c.slackConflicts(p)
	if c.Database.Postgres.Set() && !c.SecretKey.Set() && !p.names("SECRET_KEY") {
		p.add("SECRET_KEY", "needed with Postgres, the same for every process: at least 32 characters, e.g. the "+
			"output of `openssl rand -hex 32`")
	}
	if c.Blobs.PublicURL != nil && c.Blobs.Bucket == "" {
		p.add(
			"BLOB_PUBLIC_URL",
			"goes with an s3:// BLOB_URL only: files in a folder are served under PUBLIC_URL; leave it out",
		)
	}
	if c.Pays() && c.PollInterval < minPoll {
		p.add("POLL_INTERVAL", "providers want to be asked every 5s at most: write 5s or longer")
	}
}

// minPoll is the floor that Runway's documentation sets (docs.dev.runwayml.com, "Using the API").
const minPoll = 5 * time.Second

func isLoopback(u *url.URL) bool {
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().IsLoopback()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// isNearby reports whether an address is this machine's, one of a private network, or a name without a dot, as
// machines beside each other have.
func isNearby(u *url.URL) bool {
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().IsLoopback() || ip.Unmap().IsPrivate()
	}
	isLetter := func(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }
	// A name without a dot that begins with a digit is an address written as one number.
	return isLoopback(u) || !strings.Contains(host, ".") && strings.IndexFunc(host, isLetter) == 0
}
