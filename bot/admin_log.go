package bot

import (
	"context"
	"strings"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
)

const pageDeeds = 8

// auditLog lists what admins did, the latest first.
func (c *Console_) auditLog(ctx context.Context, v demand, page int) (s screen, err error) {
	all, page, more, err := paged(ctx, page, pageDeeds, c.Admin.ListAudit)
	if err != nil {
		return s, err
	}
	s.line("🗒 " + v.fill("admin.log", nil))
	if len(all) == 0 {
		s.line(v.fill("admin.log.none", nil))
	}
	for _, x := range all {
		s.line(v.clock(x.At) + " " + oneLine(x.What))
		s.long("· " + v.outcome(x.Then) + " · " + v.doer(x.Who))
	}
	s.row(v.pages(doAdminLog, page, more)...)
	return s, nil
}

// outcome says what a deed came to. What isn't a word of ours stands for itself: 30 → 50.
func (v demand) outcome(then string) string {
	word, rest, _ := strings.Cut(then, " ")
	args := phrase.Args{"n": rest}
	if word == "retried" {
		args["stage"] = v.fill("admin.step."+rest, nil)
	}
	if text := v.fill("admin.did."+word, args); text != "" {
		return text
	}
	return oneLine(then)
}

// doer names who did something.
func (v demand) doer(who string) string {
	platform, user, _ := strings.Cut(who, ":")
	switch {
	case who == v.who():
		return v.fill("admin.log.you", nil)
	case platform == "shop":
		return v.nameOf(state.Shop{ID: number([]string{user}, 0)})
	}
	if team, id, ok := strings.Cut(user, ":"); ok {
		user = id + " (" + team + ")"
	}
	return v.label("admin.platform.", platform) + " " + user
}
