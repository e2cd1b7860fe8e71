package admin

import (
	"context"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
)

const PageAudit = 8

// auditLog lists what admins did, the latest first.
func (c *Console) auditLog(ctx context.Context, v Demand, page int) (s present.Screen, err error) {
	all, page, more, err := paged(ctx, page, PageAudit, c.opts.Store.ListAudit)
	if err != nil {
		return s, err
	}
	s.Line("🗒 " + v.Fill("admin.log", nil))
	if len(all) == 0 {
		s.Line(v.Fill("admin.log.none", nil))
	}
	for _, x := range all {
		s.Line(v.Clock(x.At) + " " + present.OneLine(x.What))
		s.Long("· " + v.Outcome(x.Then) + " · " + v.doer(x.Who))
	}
	s.Row(v.Pages(intent.DoAdminLog, page, more)...)
	return s, nil
}

// Outcome says what came of it. What isn't a word of ours stands for itself: 30 → 50.
func (v Demand) Outcome(then string) string {
	word, rest, _ := strings.Cut(then, " ")
	args := present.Args{"n": rest}
	if word == "retried" {
		args["stage"] = v.Fill("admin.step."+rest, nil)
	}
	if text := v.Fill("admin.did."+word, args); text != "" {
		return text
	}
	return present.OneLine(then)
}

// doer names who did something.
func (v Demand) doer(who string) string {
	platform, user, _ := strings.Cut(who, ":")
	switch {
	case who == v.Who():
		return v.Fill("admin.log.you", nil)
	case platform == "shop":
		return v.NameOf(bot.Shop{ID: intent.Number([]string{user}, 0)})
	}
	if team, id, ok := strings.Cut(user, ":"); ok {
		user = id + " (" + team + ")"
	}
	return v.PlatformName(platform) + " " + user
}
