package bot

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// forAdmins reports whether the session is an admin's. Anybody else gets a polite no.
func (d *Conversation) forAdmins(v *session) bool {
	switch {
	case v.User.Anonymous:
		v.notice(v.fill("admin.anonymous", nil))
	case !d.isAdmin(v):
		v.notice(v.fill("admin.only", nil))
	default:
		return true
	}
	return false
}

// amongAdmins reports whether other people's orders may be spoken of where the session is. An admin who asks
// anywhere else is told where to.
func (d *Conversation) amongAdmins(v *session) bool {
	if !v.Group || v.aside() || d.isOps(v) {
		return true
	}
	v.notice(v.fill("admin.where", nil))
	return false
}

// isOps reports whether the session is in the ops chat. Slack's chats have their workspace's name before them.
func (d *Conversation) isOps(v *session) bool {
	platform, chat, ok := strings.Cut(d.OpsChat, ":")
	if !ok || platform != v.Platform {
		return false
	}
	return chat == v.Chat || platform == "slack" && strings.HasSuffix(v.Chat, ":"+chat)
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

// administer does what only admins may. It shows how things are, or changes them.
func (d *Conversation) administer(ctx context.Context, v *session, c command) error {
	if !d.forAdmins(v) || !d.amongAdmins(v) {
		return nil
	}
	switch c.name {
	case "status", "retry", "cancel", "resend":
		return d.adminOrder(ctx, v, c)
	case "limit":
		return d.setLimit(ctx, v, c.arg)
	case "pause":
		return d.pause(ctx, v)
	case "resume":
		return d.resume(ctx, v)
	}
	page, _ := counted(c.arg)
	return d.showList(ctx, v, map[string]string{"stuck": doAdminStuck, "spend": doAdminSpend, "shops": doAdminShops, "log": doAdminLog}[c.name], max(page, 1)-1)
}

// pressAdmin is a button of admins. Others may have got hold of it.
func (d *Conversation) pressAdmin(ctx context.Context, v *session, verb string, args []string) error {
	if !d.forAdmins(v) || !d.amongAdmins(v) {
		return nil
	}
	switch verb {
	case doAdminStatus:
		s, err := d.overview(ctx, v)
		return v.swap(s, err)
	case doAdminRetryAll:
		return d.pressRetryAll(ctx, v, argument(args, 0))
	case doAdminStuck, doAdminShops, doAdminSpend, doAdminLog:
		return d.showList(ctx, v, verb, number(args, 0))
	}
	return d.pressAdminOrder(ctx, v, verb, args)
}

// showList shows a page of a list, in the place of the one whose button was pressed. A page of the shops begins
// behind a number.
func (d *Conversation) showList(ctx context.Context, v *session, verb string, page int64) error {
	const last = 9999
	if verb == doAdminShops {
		s, err := d.shops(ctx, v, max(page, 0))
		return v.swap(s, err)
	}
	n := int(min(max(page, 0), last))
	var s screen
	var err error
	switch verb {
	case doAdminStuck:
		s, err = d.stuck(ctx, v, n)
	case doAdminLog:
		s, err = d.auditLog(ctx, v, n)
	default:
		s, err = d.spend(ctx, v, n)
	}
	return v.swap(s, err)
}

// who is the person as settings name them, with the workspace where there are some.
func (v *session) who() string {
	if v.User.Team != "" {
		return v.Platform + ":" + v.User.Team + ":" + v.User.ID
	}
	return v.Platform + ":" + v.User.ID
}

// audit writes down what the session's admin has done, together with it. then is a word of outcomes, with what
// belongs to it behind a space.
func (v *session) audit(what, then string) {
	v.change.Audit = &state.AuditEntry{At: v.now, Who: v.who(), What: what, Then: then}
}

// pause stops that anything is bought.
func (d *Conversation) pause(ctx context.Context, v *session) error {
	now, err := d.Admin.Flag(ctx, state.Paused)
	if err != nil {
		return err
	}
	if now != "" {
		v.tell("admin.paused.already", d.pausedArgs(v, now))
		return nil
	}
	v.change.Switch = &state.Flag{Name: state.Paused, Value: v.who() + " " + v.now.UTC().Format(time.RFC3339)}
	v.audit("/pause", "paused")
	v.tell("admin.paused", nil)
	return nil
}

// resume lets go on what waits because of a pause.
func (d *Conversation) resume(ctx context.Context, v *session) error {
	now, err := d.Admin.Flag(ctx, state.Paused)
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
func (d *Conversation) pausedArgs(v *session, value string) phrase.Args {
	who, when, _ := strings.Cut(value, " ")
	args := phrase.Args{"who": v.doer(who), "time": "?"}
	if t, err := time.Parse(time.RFC3339, when); err == nil {
		args["time"] = d.clock(v, t)
	}
	return args
}

// refreshGate lets this process know of a switch that was set, and what waited for it go on. Orders that are
// missed here are looked at when their hold is over.
func (d *Conversation) refreshGate(ctx context.Context, v *session) {
	if v.change.Switch == nil {
		return
	}
	if d.Switched != nil {
		d.Switched()
	}
	if s := *v.change.Switch; s.Name != state.Paused || s.Value != "" {
		return
	}
	ids, err := d.Admin.Release(ctx, pipeline.ReasonPaused)
	if err != nil {
		d.Log.Warn("held orders go on later", "err", err)
	}
	for _, id := range ids {
		d.Pipeline.Wake(id)
	}
}

// setLimit sets how many shorts a shop may have in a month; 0: as many as the settings say.
func (d *Conversation) setLimit(ctx context.Context, v *session, arg string) error {
	const most = 100_000
	words := strings.Fields(arg)
	id, ok := counted(argument(words, 0))
	n := number(words, 1)
	if !ok || len(words) != 2 || n < 0 || n > most {
		v.tell("admin.limit.how", nil)
		return nil
	}
	shop, err := d.Store.Shop(ctx, id)
	if err != nil {
		return v.orNone(err, "admin.shop.none", phrase.Args{"n": strconv.FormatInt(id, 10)})
	}
	was := shop.Limit
	shop.Limit = int(n)
	args := phrase.Args{"shop": v.nameOf(shop), "limit": d.limitText(v, shop)}
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
func (d *Conversation) limitText(v *session, s state.Shop) string {
	n := d.limit(s)
	if n == 0 {
		return v.fill("admin.limit.free", nil)
	}
	return v.fill("admin.limit.n", phrase.Args{"n": strconv.Itoa(n)})
}

// nameOf is what a shop is called among admins.
func (v *session) nameOf(s state.Shop) string {
	if s.Name != "" {
		return s.Name
	}
	return v.fill("admin.shop", phrase.Args{"n": strconv.FormatInt(s.ID, 10)})
}
