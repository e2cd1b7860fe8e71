package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Slack is the app there. Without one of its tokens, or the pair of ID and Key, there is none.
type Slack struct {
	Token    Secret // of the one workspace; empty: each workspace that installs the app brings its own
	Signing  Secret // what Slack signs its requests with
	AppToken Secret // events come through Socket Mode instead of HTTP
	APIURL   *url.URL
	ID       string // of the app, for workspaces that install it
	Key      Secret // its secret
}

// On reports whether the app is turned on.
func (s Slack) On() bool {
	return (s.Token.Set() || s.Installs()) && (s.Signing.Set() || s.AppToken.Set())
}

// Installs reports whether workspaces can install the app by themselves.
func (s Slack) Installs() bool { return s.ID != "" && s.Key.Set() }

// Sockets reports whether events come through Socket Mode.
func (s Slack) Sockets() bool { return s.AppToken.Set() }

// called reports whether Slack or a person who installs the app comes to our address.
func (s Slack) called() bool { return s.On() && (!s.Sockets() || s.Installs()) }

var (
	slackBotToken = regexp.MustCompile(`^xoxb-[A-Za-z0-9-]{10,250}$`)
	slackAppToken = regexp.MustCompile(`^xapp-[A-Za-z0-9-]{10,250}$`)
	slackClientID = regexp.MustCompile(`^[0-9]{1,20}\.[0-9]{1,20}$`)
)

func setSlackToken(c *Config, text string) error {
	if !slackBotToken.MatchString(text) {
		return errors.New(
			"is no bot token: copy the one that begins with xoxb- (api.slack.com/apps, OAuth & Permissions)",
		)
	}
	c.Slack.Token = NewSecret(text)
	return nil
}

func setSlackAppToken(c *Config, text string) error {
	if !slackAppToken.MatchString(text) {
		return errors.New("is no app-level token: make one that begins with xapp- (api.slack.com/apps, Basic " +
			"Information, with connections:write)")
	}
	c.Slack.AppToken = NewSecret(text)
	return nil
}

func setSlackAPI(c *Config, text string) error {
	u, err := address(text)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(u.Path, "/api") {
		return errors.New("must end with /api/: write https://slack.com/api/ or the like")
	}
	c.Slack.APIURL = u
	return nil
}

func setSlackID(c *Config, text string) error {
	if !slackClientID.MatchString(text) {
		return errors.New(
			"is no client ID: copy the two numbers with a dot between them (api.slack.com/apps, Basic Information)",
		)
	}
	c.Slack.ID = text
	return nil
}

// slackConflicts adds what is wrong with the app's settings as a whole.
func (c *Config) slackConflicts(p *Problems) {
	s := c.Slack
	if s.Installs() {
		c.ambiguous(p)
	}
	begun := s.Token.Set() || s.Signing.Set() || s.AppToken.Set() || s.ID != "" || s.Key.Set()
	switch {
	case (s.ID != "") != s.Key.Set():
		p.add(
			"SLACK_CLIENT_ID",
			"goes together with SLACK_CLIENT_SECRET: set both, or leave both out and set SLACK_BOT_TOKEN",
		)
	case s.Token.Set() && s.Installs():
		p.add("SLACK_BOT_TOKEN", "is for one workspace, SLACK_CLIENT_ID for several: keep one of the two")
	case begun && !s.Token.Set() && !s.Installs():
		p.add("SLACK_BOT_TOKEN", "needed beside the other settings of Slack: the token that begins with xoxb- (or "+
			"SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for several workspaces)")
	case begun && !s.On():
		p.add("SLACK_SIGNING_SECRET", "needed beside the other settings of Slack (api.slack.com/apps, Basic "+
			"Information); SLACK_APP_TOKEN does without (Socket Mode)")
	}
}

// ambiguous adds what doesn't say which of several workspaces it means: Slack's ids are unique in one only.
func (c *Config) ambiguous(p *Problems) {
	for _, who := range slices.Sorted(maps.Keys(c.Admins)) {
		if id, ok := strings.CutPrefix(who, "slack:"); ok && !strings.Contains(id, ":") {
			p.add(
				"ADMINS",
				fmt.Sprintf("%s may be another person in each workspace that installs the app: write the workspace "+
					"too, e.g. slack:T0AB12CD:%s", who, id),
			)
		}
	}
	if id, ok := strings.CutPrefix(c.OpsChat, "slack:"); ok && !strings.Contains(id, ":") {
		p.add(
			"OPS_CHAT",
			fmt.Sprintf(
				"%s doesn't say in which of the workspaces that install the app: write e.g. slack:T0AB12CD:%s",
				c.OpsChat, id,
			),
		)
	}
}
