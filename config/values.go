package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"
)

func setListen(c *Config, text string) error {
	err := checkListen(text)
	if err == nil {
		c.Listen = text
	}
	return err
}

func setMetricsListen(c *Config, text string) error {
	if strings.EqualFold(text, "off") {
		c.MetricsListen = ""
		return nil
	}
	err := checkListen(text)
	if err == nil {
		c.MetricsListen = text
	}
	return err
}

func checkListen(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return fmt.Errorf("%q is not an address: write HOST:PORT or :PORT, e.g. :8080", text)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%q is no port: write a number from 0 to 65535", port)
	}
	return nil
}

func setPublicURL(c *Config, text string) error {
	u, err := address(text)
	if err != nil {
		return err
	}
	if u.Path != "" {
		return fmt.Errorf("has the path %q: write the address alone, e.g. https://%s", u.Path, u.Host)
	}
	c.PublicURL = u
	return nil
}

func setBlobPublicURL(c *Config, text string) (err error) {
	c.Blobs.PublicURL, err = address(text)
	return err
}

func setBaseURL(to **url.URL, text string) (err error) {
	*to, err = address(text)
	return err
}

// address reads an absolute https URL, or an http one of a loopback host, without a slash at its end.
// The text itself stays out of the errors, since a password may stand in it.
func address(text string) (*url.URL, error) {
	return addressOf(text, isLoopback, "this machine's own addresses")
}

// setTelegramAPI also takes http of a host nearby: a Bot API server of one's own speaks nothing else.
func setTelegramAPI(c *Config, text string) (err error) {
	c.Telegram.APIURL, err = addressOf(
		text, isNearby, "this machine's own addresses, private ones and names without a dot",
	)
	return err
}

// addressOf is address with http for the hosts that plain takes, which places describes.
func addressOf(text string, plain func(*url.URL) bool, places string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("is not an address: write https://HOST")
	}
	switch {
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("may not hold a user, a query or a fragment: write https://%s%s", u.Host, u.Path)
	case u.Scheme == "http" && !plain(u):
		return nil, fmt.Errorf("http is for %s only: write https://%s%s", places, u.Host, u.Path)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("begins with %q: write https://%s%s", u.Scheme+":", u.Host, u.Path)
	}
	if u.Host, err = asciiHost(u); err != nil {
		return nil, err
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

// asciiHost is the host with its port as DNS and others' programs know it: 가게.한국 becomes xn--o39akk.xn--3e0b707e.
func asciiHost(u *url.URL) (string, error) {
	name := u.Hostname()
	if strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return u.Host, nil
	}
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return "", fmt.Errorf(
			"%q is no host's name: write it as your registrar does, or in its form that begins with xn--", name,
		)
	}
	if u.Port() != "" {
		return net.JoinHostPort(ascii, u.Port()), nil
	}
	return ascii, nil
}

func setDatabase(c *Config, text string) error {
	const want = "write postgres://USER:PASSWORD@HOST/NAME or sqlite:PATH"
	scheme, rest, _ := strings.Cut(text, ":")
	switch scheme {
	case "postgres", "postgresql":
		u, err := url.Parse(text)
		if err != nil || !strings.HasPrefix(rest, "//") || strings.Trim(u.Path, "/") == "" && !u.Query().Has("dbname") {
			return errors.New("is no Postgres address with a database's name: " + want)
		}
		c.Database = Database{Postgres: NewSecret(text)}
	case "sqlite":
		file := filePath(rest)
		if file == "" || strings.HasSuffix(file, "/") || strings.ContainsAny(file, "?\x00") ||
			strings.HasPrefix(file, ":memory:") {
			return errors.New("needs the path of a file that stays, e.g. sqlite:sajangpick.db")
		}
		c.Database = Database{SQLite: file}
	default:
		return errors.New("is no database of a known kind: " + want)
	}
	return nil
}

// filePath takes both sqlite:PATH and sqlite://PATH, as people write either.
func filePath(rest string) string { return strings.TrimPrefix(rest, "//") }

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

func setBlobs(c *Config, text string) error {
	scheme, rest, _ := strings.Cut(text, ":")
	switch scheme {
	case "s3":
		bucket, prefix, _ := strings.Cut(strings.TrimPrefix(rest, "//"), "/")
		prefix = strings.Trim(prefix, "/")
		if !strings.HasPrefix(rest, "//") || !bucketName.MatchString(bucket) {
			return fmt.Errorf("%q names no bucket: write s3://BUCKET/PREFIX", text)
		}
		if prefix != "" && path.Clean("/"+prefix) != "/"+prefix || strings.ContainsAny(prefix, "?#%") {
			return fmt.Errorf("%q is no plain prefix: write s3://%s/NAME", prefix, bucket)
		}
		c.Blobs.Bucket, c.Blobs.Prefix = bucket, prefix
	case "file":
		dir := filePath(rest)
		if dir == "" || strings.ContainsRune(dir, 0) {
			return errors.New("names no folder: write file:DIR, e.g. file:./data")
		}
		c.Blobs.Dir = dir
	default:
		return fmt.Errorf("%q is no storage of a known kind: write s3://BUCKET/PREFIX or file:DIR", text)
	}
	return nil
}

func setKey(to *Secret, text string) error {
	for _, r := range text {
		if r <= ' ' || r > '~' {
			return errors.New("holds a space or a character that no key has: copy it again, without quotes around it")
		}
	}
	*to = NewSecret(text)
	return nil
}

func setSecretKey(c *Config, text string) error    { return setLongSecret(&c.SecretKey, text) }
func setOldSecretKey(c *Config, text string) error { return setLongSecret(&c.OldSecretKey, text) }

func setLongSecret(to *Secret, text string) error {
	if len(text) < minSecret {
		return fmt.Errorf(
			"is too short (%d bytes): write at least %d, e.g. the output of `openssl rand -hex 32`", len(text),
			minSecret,
		)
	}
	*to = NewSecret(text)
	return nil
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func setModel(c *Config, text string) error {
	if !plainName.MatchString(text) {
		return fmt.Errorf("%q is no model's name: write one such as gen4_turbo", text)
	}
	c.Runway.Model = text
	return nil
}

func setTemplate(c *Config, text string) error {
	if !plainName.MatchString(text) {
		return fmt.Errorf("%q is no template's id: copy it from the template's page at creatomate.com", text)
	}
	c.Creatomate.TemplateID = text
	return nil
}

func setTemplateRatio(c *Config, text string) error {
	if !slices.Contains([]string{"9:16", "3:4", "1:1", "4:3", "16:9"}, text) {
		return fmt.Errorf("%q is no shape of a clip: write 9:16, 3:4, 1:1, 4:3 or 16:9", text)
	}
	c.Creatomate.Ratio = text
	return nil
}

// setWhole takes a whole number from least to most; wrong says what another text isn't, and what to write.
func setWhole(to *int, text string, least, most int, wrong string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return fmt.Errorf("%q is no %s", text, wrong)
	}
	*to = n
	return nil
}

func setRate(r *Rate, text string) error {
	count, per, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	d, perErr := time.ParseDuration(per)
	if err != nil || perErr != nil || n < 2 || n > 10_000 || d < time.Second || d > time.Hour {
		return fmt.Errorf("%q is no rate: write e.g. 30/10s, at least 2 requests in 1s to 1h", text)
	}
	*r = Rate{N: n, Per: d}
	return nil
}

func setFallback(c *Config, text string) error {
	switch f := Fallback(strings.ToLower(text)); f {
	case FallbackChanged, FallbackAlways, FallbackOff:
		c.ClipFallback = f
		return nil
	}
	return fmt.Errorf("%q is none of the three: write changed, always or off", text)
}

func setSwitch(to *bool, text string) error {
	switch strings.ToLower(text) {
	case "on", "true", "1":
		*to = true
	case "off", "false", "0":
		*to = false
	default:
		return fmt.Errorf("%q is neither: write on or off", text)
	}
	return nil
}

func setRetry(c *Config, text string) error {
	if strings.EqualFold(text, "off") {
		c.RetryUnknownAfter = 0
		return nil
	}
	d, err := ParseDuration(text)
	if err != nil || d < time.Second {
		return fmt.Errorf("%q is no time of a second or longer: write e.g. 10m, 2h, or off", text)
	}
	c.RetryUnknownAfter = d
	return nil
}

func setPoll(c *Config, text string) error {
	d, err := ParseDuration(text)
	if err != nil || d <= 0 || d > time.Hour {
		return fmt.Errorf("%q is no time up to an hour: write e.g. 5s", text)
	}
	c.PollInterval = d
	return nil
}

func setCron(to *Cron, text string) (err error) {
	*to, err = parseCron(text)
	return err
}

func setLogLevel(c *Config, text string) error {
	switch strings.ToLower(text) {
	case "debug", "info", "warn", "error":
		return c.LogLevel.UnmarshalText([]byte(text))
	}
	return fmt.Errorf("%q is no level: write debug, info, warn or error", text)
}

func setLogFormat(c *Config, text string) error {
	switch text = strings.ToLower(text); text {
	case "text", "json":
		c.LogFormat = text
		return nil
	}
	return fmt.Errorf("%q is no format: write text or json", text)
}

var hostEntry = regexp.MustCompile(`^(https?://)?\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

func setResultHosts(c *Config, text string) error {
	for _, entry := range strings.Split(text, ",") {
		entry = strings.ToLower(strings.TrimSpace(entry))
		if entry == "" {
			continue
		}
		if !hostEntry.MatchString(entry) || strings.Contains(entry, "://.") {
			return fmt.Errorf(
				"%q is no host: write names without a path, separated by commas, e.g. cdn.example.com,.example.org",
				entry,
			)
		}
		c.ResultHosts = append(c.ResultHosts, entry)
	}
	return nil
}
