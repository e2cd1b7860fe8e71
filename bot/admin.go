package bot

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
)

// forAdmins reports whether the session is an admin's. Anybody else gets a polite no.
func (c *Console_) forAdmins(v demand) bool {
	switch {
	case v.User.Anonymous:
		v.notice(v.fill("admin.anonymous", nil))
	case !v.admin:
		v.notice(v.fill("admin.only", nil))
	default:
		return true
	}
	return false
}

// amongAdmins reports whether other people's orders may be spoken of where the session is. An admin who asks
// anywhere else is told where to.
func (c *Console_) amongAdmins(v demand) bool {
	if !v.Group || v.aside() || v.inOps {
		return true
	}
	v.notice(v.fill("admin.where", nil))
	return false
}

// forAdmins reports whether a command is one of admins. Two of them are anybody's without a number.
func (c command) forAdmins() bool {
	switch c.name {
	case "status", "retry", "stuck", "spend", "shops", "log", "limit", "pause", "resume":
		return true
	case "cancel", "resend":
		r := []rune(strings.TrimLeft(c.arg, "#"))
		return len(r) > 0 && unicode.IsDigit(r[0])
	}
	return false
}

// numbered are the words before the numbers of a command, as spellings.
var numbered = map[string]string{
	"상태": "status", "주문": "status", "재시도": "retry", "취소": "cancel", "다시보내기": "resend", "재전송": "resend",
	"막힌주문": "stuck", "가게들": "shops", "한도": "limit", "지출": "spend", "기록": "log",
	"status": "status", "retry": "retry", "cancel": "cancel", "resend": "resend", "stuck": "stuck", "shops": "shops", "limit": "limit", "spend": "spend", "log": "log",
}

// readNumbered finds a command with numbers behind it: 한도 3 50, retry #12, 취소 12번.
func readNumbered(text string) (command, bool) {
	i := strings.IndexFunc(text, func(r rune) bool { return r == '#' || '0' <= r && r <= '9' })
	if i < 0 {
		return command{}, false
	}
	name, ok := numbered[strings.ToLower(strings.Join(strings.Fields(text[:i]), ""))]
	numbers := strings.Fields(text[i:])
	for n, word := range numbers {
		word = strings.TrimPrefix(word, "#")
		for _, unit := range []string{"번", "편", "쪽"} {
			word = strings.TrimSuffix(word, unit)
		}
		ok = ok && word != "" && strings.Trim(word, "0123456789") == ""
		numbers[n] = word
	}
	return command{name: name, arg: strings.Join(numbers, " ")}, ok
}

// counted reads a number of ours that somebody wrote: 1 and up.
func counted(arg string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	return n, err == nil && n > 0
}

// showList shows a page of a list, in the place of the one whose button was pressed. A page of the shops begins
// behind a number.
func (c *Console_) showList(ctx context.Context, v demand, verb string, page int64) error {
	const last = 9999
	if verb == doAdminShops {
		s, err := c.shops(ctx, v, max(page, 0))
		return v.swap(s, err)
	}
	n := int(min(max(page, 0), last))
	var s screen
	var err error
	switch verb {
	case doAdminStuck:
		s, err = c.stuck(ctx, v, n)
	case doAdminLog:
		s, err = c.auditLog(ctx, v, n)
	default:
		s, err = c.spend(ctx, v, n)
	}
	return v.swap(s, err)
}

// pause stops that anything is bought.
func (c *Console_) pause(ctx context.Context, v demand) error {
	now, err := c.Admin.Flag(ctx, state.Paused)
	if err != nil {
		return err
	}
	if now != "" {
		v.tell("admin.paused.already", c.pausedArgs(v, now))
		return nil
	}
	v.change.Switch = &state.Flag{Name: state.Paused, Value: v.who() + " " + v.now.UTC().Format(time.RFC3339)}
	v.audit("/pause", "paused")
	v.tell("admin.paused", nil)
	return nil
}

// resume lets go on what waits because of a pause.
func (c *Console_) resume(ctx context.Context, v demand) error {
	now, err := c.Admin.Flag(ctx, state.Paused)
	if err != nil {
		return err
	}
	if now == "" {
		v.tell("admin.resumed.already", nil)
		return nil
	}
	v.change.Switch = &state.Flag{Name: state.Paused}
	v.audit("/resume", "resumed "+now)
	v.tell("admin.resumed", nil)
	return nil
}

// pausedArgs read who has set the switch, and when.
func (c *Console_) pausedArgs(v demand, value string) phrase.Args {
	who, when, _ := strings.Cut(value, " ")
	args := phrase.Args{"who": v.doer(who), "time": "?"}
	if t, err := time.Parse(time.RFC3339, when); err == nil {
		args["time"] = v.clock(t)
	}
	return args
}

// setLimit sets how many shorts a shop may have in a month; 0: as many as the settings say.
func (c *Console_) setLimit(ctx context.Context, v demand, arg string) error {
	const most = 100_000
	words := strings.Fields(arg)
	id, ok := counted(argument(words, 0))
	n := number(words, 1)
	if !ok || len(words) != 2 || n < 0 || n > most {
		v.tell("admin.limit.how", nil)
		return nil
	}
	shop, err := c.Store.Shop(ctx, id)
	if err != nil {
		return v.orNone(err, "admin.shop.none", phrase.Args{"n": strconv.FormatInt(id, 10)})
	}
	was := shop.Limit
	shop.Limit = int(n)
	args := phrase.Args{"shop": v.nameOf(shop), "limit": c.limitText(v, shop)}
	if shop.Limit == was {
		v.tell("admin.limit.same", args)
		return nil
	}
	v.change.Shop = &shop
	v.audit("/limit "+strings.Join(words, " "), strconv.Itoa(was)+" → "+strconv.Itoa(shop.Limit))
	v.tell("admin.limit.set", args)
	return nil
}

// limitText says how many shorts a shop may have.
func (c *Console_) limitText(v demand, s state.Shop) string {
	n := s.LimitOr(c.Limit)
	if n == 0 {
		return v.fill("admin.limit.free", nil)
	}
	return v.fill("admin.limit.n", phrase.Args{"n": strconv.Itoa(n)})
}
