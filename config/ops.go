package config

import (
	"fmt"
	"strconv"
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

func setBudget(c *Config, text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1_000_000_000 {
		return fmt.Errorf("%q is no number of credits: write e.g. 3000, or 0 for no limit", text)
	}
	c.DailyCredits = n
	return nil
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
