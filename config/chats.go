package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Telegram is the bot there. Without a token there is none.
type Telegram struct {
	Rate    Rate // messages that the bot may send, all processes together
	Token   Secret
	APIURL  *url.URL // without a slash at its end
	Polling bool     // updates are fetched; else they come to the webhook
	Secret  Secret   // of the webhook; empty: derived from SECRET_KEY

	mode string
}

var botToken = regexp.MustCompile(`^[0-9]{1,20}:[A-Za-z0-9_-]{20,100}$`)

func setBotToken(c *Config, text string) error {
	if !botToken.MatchString(text) {
		return errors.New("doesn't look like a bot's token: copy the whole line from BotFather, e.g. 123456:AAH…")
	}
	c.Telegram.Token = NewSecret(text)
	return nil
}

func setTelegramMode(c *Config, text string) error {
	switch text = strings.ToLower(text); text {
	case "webhook", "polling":
		c.Telegram.mode = text
		return nil
	}
	return fmt.Errorf("%q is no mode: write webhook or polling", text)
}

var webhookSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{16,256}$`)

func setWebhookSecret(c *Config, text string) error {
	if !webhookSecret.MatchString(text) {
		return errors.New("needs 16 to 256 letters, digits, _ or -: leave it out, and one is made from SECRET_KEY")
	}
	c.Telegram.Secret = NewSecret(text)
	return nil
}

// setAdmins takes the ids as they are: what they look like, the messengers know.
func setAdmins(c *Config, text string) error {
	c.Admins = map[string]bool{}
	for who := range strings.SplitSeq(text, ",") {
		if who = strings.TrimSpace(who); who != "" {
			c.Admins[who] = true
		}
	}
	return nil
}

func setSignup(c *Config, text string) error {
	switch strings.ToLower(text) {
	case "invite":
		c.OpenSignup = false
	case "open":
		c.OpenSignup = true
	default:
		return fmt.Errorf("%q is neither: write invite or open", text)
	}
	return nil
}

// arrivals settles how Telegram's updates come to us.
func (c *Config) arrivals(p *Problems) {
	switch {
	case c.Telegram.mode == "webhook" && c.PublicURL == nil:
		p.add(
			"TELEGRAM_MODE",
			"a webhook needs PUBLIC_URL, the https address at which Telegram reaches us: set it, or write polling",
		)
	case c.Telegram.mode == "":
		c.Telegram.Polling = c.PublicURL == nil || isLoopback(c.PublicURL) && !isLoopback(c.Telegram.APIURL)
	default:
		c.Telegram.Polling = c.Telegram.mode == "polling"
	}
}
