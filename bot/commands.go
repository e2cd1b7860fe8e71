package bot

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
)

// MenuEntry is a command as a platform's menu shows it.
type MenuEntry struct{ Name, Text string }

// Commands are what the menus of platforms offer; there is more that can be written.
func Commands(lang string) []MenuEntry {
	var menu []MenuEntry
	for _, name := range []string{"help", "videos", "usage", "shop", "logo", "look", "music", "settings", "language", "cancel", "export", "forget"} {
		menu = append(menu, MenuEntry{name, phrase.Fill(lang, "command."+name, nil)})
	}
	return menu
}

// About is what a platform shows of us before anything is written, at most 512 characters, and the same in at most 120.
func About(lang string) (long, short string) {
	return phrase.Fill(lang, "about", nil), phrase.Fill(lang, "about.short", nil)
}

// AdminCommands are the menus of admins: what they need, and what everybody may.
func AdminCommands(lang string) []MenuEntry {
	var menu []MenuEntry
	for _, name := range []string{"status", "stuck", "spend", "log", "shops", "invite", "limit", "retry", "resend", "pause", "resume"} {
		menu = append(menu, MenuEntry{name, phrase.Fill(lang, "command."+name, nil)})
	}
	return append(menu, Commands(lang)...)
}

// command is what somebody tells us to do.
type command struct {
	name  string
	arg   string
	slash bool // with a slash before it: it can't be meant as anything else
}

// command does what a command says, in any of its spellings, and reports whether there was one. A picture
// is an order whatever stands below it, unless it is said to be the logo.
func (d *Conversation) command(ctx context.Context, v *session) (bool, error) {
	c, ok := readCommand(v.Text)
	switch {
	case !ok || !c.slash && v.Group && !v.ToUs:
		return false, nil
	case len(v.Pictures) > 0 && c.name != "logo":
		if address, ok := readAddress(c.arg); ok && c.name == "music" && d.mayJoin(v) {
			d.takeTrack(v, address)
			v.caption("")
		} else if c.slash {
			v.caption(c.arg)
		} else if caption.Parse(v.Text).Outcome != caption.OK { // 다시 만들어 주세요 names no dish
			v.caption("")
		}
		return false, nil
	}
	return true, d.obey(ctx, v, c)
}

// caption puts other words below the session's pictures.
func (v *session) caption(text string) {
	v.Pictures = slices.Clone(v.Pictures)
	for i := range v.Pictures {
		if v.Pictures[i].Text == v.Text {
			v.Pictures[i].Text = text
		}
	}
	v.Text = text
}

func (d *Conversation) obey(ctx context.Context, v *session, c command) error {
	switch {
	case c.name == "pause" && !c.slash && !v.admin: // an owner's word for it
		return d.cancelLatest(ctx, v)
	case c.forAdmins():
		return d.Console.Command(ctx, v, c)
	}
	switch c.name {
	case "start":
		return d.start(ctx, v, c.arg)
	case "help":
		v.write(v.fill("help", nil), "", "🤖 "+v.fill("ai", nil))
		if v.admin {
			v.tell("help.admin", nil)
		}
	case "cancel":
		return d.cancelLatest(ctx, v)
	case "invite":
		return d.Console.Command(ctx, v, c)
	case "language":
		d.speak(v, c.arg)
	case "forget":
		return d.askForget(ctx, v)
	case "unforget":
		return d.sayUnforget(ctx, v)
	case "again", "relook", "remusic", "resize", "fix", "when", "resend", "unhappy":
		if !d.mayJoin(v) {
			d.askForInvite(v)
			return nil
		}
		return d.ofOrder(ctx, v, c)
	case "shop", "logo", "look", "music", "settings", "videos", "usage", "export":
		if !d.mayJoin(v) {
			d.askForInvite(v)
			return nil
		}
		return d.ofShop(ctx, v, c)
	default:
		if !v.Group || v.ToUs {
			v.tell("unknown", nil)
		}
	}
	return nil
}

// ofShop is what concerns the chat's shop, which it may not have yet.
func (d *Conversation) ofShop(ctx context.Context, v *session, c command) error {
	switch c.name {
	case "shop":
		d.shopName(v, c.arg)
	case "logo":
		d.logo(v)
	case "look":
		v.offer(d.choice(v, doShopLook), "")
	case "music":
		d.music(v, c.arg)
	case "settings":
		d.settings(v)
	case "videos":
		return d.videos(ctx, v)
	case "usage":
		return d.usage(ctx, v)
	case "export":
		return d.export(ctx, v, 0)
	}
	return nil
}

// spellings are the commands as words, without spaces and in lower case. They count only when they are
// all that was written. What people ask for in sentences stands in wishes.txt.
var spellings = map[string]command{
	"도움말": {name: "help"}, "도움": {name: "help"}, "사용법": {name: "help"}, "help": {name: "help"}, "시작": {name: "start"},
	"취소": {name: "cancel"}, "cancel": {name: "cancel"},
	"상태": {name: "status"}, "초대": {name: "invite"}, "막힌주문": {name: "stuck"}, "지출": {name: "spend"}, "가게들": {name: "shops"}, "기록": {name: "log"},
	"멈춤": {name: "pause"}, "재개": {name: "resume"}, "한도": {name: "limit"}, "재시도": {name: "retry"},
	"모두재시도": {name: "retry", arg: "all"}, "전체재시도": {name: "retry", arg: "all"}, "재시도모두": {name: "retry", arg: "all"}, "재시도전체": {name: "retry", arg: "all"},
	"모두다시시도": {name: "retry", arg: "all"}, "전부재시도": {name: "retry", arg: "all"}, "retryall": {name: "retry", arg: "all"},
	"로고": {name: "logo"}, "가게로고": {name: "logo"},
	"가게": {name: "shop"}, "상호": {name: "shop"}, "상호명": {name: "shop"}, "가게명": {name: "shop"}, "가게이름": {name: "shop"},
	"음악": {name: "music"}, "느낌": {name: "look"}, "설정": {name: "settings"},
	"영상": {name: "videos"}, "내영상": {name: "videos"}, "지난영상": {name: "videos"},
	"사용량": {name: "usage"}, "이번달": {name: "usage"},
	"내려받기": {name: "export"}, "영상내려받기": {name: "export"}, "내보내기": {name: "export"},
	"내정보삭제": {name: "forget"}, "정보삭제": {name: "forget"}, "내정보지우기": {name: "forget"},
	"되돌리기": {name: "unforget"}, "되돌려주세요": {name: "unforget"}, "되돌려줘": {name: "unforget"}, "undo": {name: "unforget"},
	"언어": {name: "language"}, "영어": {name: "language", arg: "en"}, "english": {name: "language", arg: "en"}, "한국어": {name: "language", arg: "ko"}, "korean": {name: "language", arg: "ko"},
}

// readCommand finds the command that a text is, if it is one.
func readCommand(text string) (command, bool) {
	text = strings.TrimSpace(text)
	rest, slash := strings.CutPrefix(text, "/")
	if !slash {
		rest, slash = strings.CutPrefix(text, "／")
	}
	if c, ok := readWords(rest); ok {
		c.slash = slash
		return c, true
	}
	if !slash {
		return command{}, false
	}
	end := strings.IndexFunc(rest, unicode.IsSpace)
	if end < 0 {
		end = len(rest)
	}
	name := strings.ToLower(rest[:end])
	if c, ok := spellings[name]; ok && c.arg == "" {
		name = c.name
	}
	return command{name: name, arg: strings.TrimSpace(rest[end:]), slash: true}, isName(name)
}

// isName tells a command from a price or a path behind a slash.
func isName(s string) bool {
	odd := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }
	return s != "" && !unicode.IsDigit([]rune(s)[0]) && !strings.ContainsFunc(s, odd)
}

func readWords(text string) (command, bool) {
	plain := strings.Join(strings.Fields(strings.ToLower(strings.TrimRight(text, "!.~… "))), "")
	if c, ok := spellings[plain]; ok {
		return c, true
	}
	if c, ok := readNumbered(text); ok {
		return c, true
	}
	if address, ok := readTrack(text); ok {
		return command{name: "music", arg: address}, true
	}
	if name, ok := readShopName(text); ok {
		return command{name: "shop", arg: name}, true
	}
	return readWish(text)
}

// readShopName finds the name in 가게 이름은 새우네. A line with a price is an order, not a name.
func readShopName(text string) (string, bool) {
	for _, ours := range []string{"우리", "저희"} {
		text = strings.TrimLeft(strings.TrimPrefix(text, ours), " ")
	}
	for _, label := range []string{"가게 이름", "가게이름", "가게명", "상호명", "상호"} {
		rest, ok := strings.CutPrefix(text, label)
		if !ok {
			continue
		}
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "은"), "는")
		name := strings.TrimLeft(rest, " :：=")
		if name == "" || name == rest || strings.Contains(name, "\n") || caption.Parse(text).Outcome == caption.OK {
			return "", false
		}
		asks := func(s string) bool { return strings.HasPrefix(name, s) }
		if slices.ContainsFunc([]string{"바꾸", "바꿔", "변경", "설정", "등록", "수정", "고쳐", "고치", "빼", "없애", "지워", "삭제", "틀렸", "잘못", "뭐", "어떻게", "알려", "보여"}, asks) {
			return "", true
		}
		return spokenName(name), true
	}
	return "", false
}
