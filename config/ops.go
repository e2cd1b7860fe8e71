package config

import (
	"fmt"
	"strings"
	"time"
)

// setOpsChat takes the id as it is: what it looks like, the messengers know.
func setOpsChat(c *Config, text string) error {
	c.OpsChat = text
	return nil
}

// Ops is where the service speaks up: a platform and a chat there, both empty when there is none.
func (c Config) Ops() (platform, chat string) {
	platform, chat, _ = strings.Cut(c.OpsChat, ":")
	return platform, chat
}

// minKept is longer than people come back to an order, in any way.
const minKept = 24 * time.Hour

func setRetention(c *Config, text string) error {
	d, err := ParseDuration(text)
	if err != nil || d < minKept {
		return fmt.Errorf("%q is no time of a day or longer: write e.g. 90d", text)
	}
	c.Retention = d
	return nil
}
