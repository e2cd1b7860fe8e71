package conversation_test

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// site is the page of two shops, and of whoever has none: "1", "2" and "3" are its chats.
type site struct {
	*bottest.Talk
	page *conversation.Page
}

func onPage(t *testing.T, f func(s *site)) {
	t.Helper()
	bottest.Office(t, func(t *bottest.Talk) {
		t.Configure(func(o *session.Options) { o.OpsChat = "telegram:-100" })
		for id := range int64(2) {
			_, err := t.Store.Commit(t.Context(), bot.Change{Chat: bot.Chat{
				Platform: bot.PagePlatform, ID: fmt.Sprint(id + 1), Lang: "en", Shop: id + 1,
			}})
			t.Check(err)
		}
		f(&site{t, conversation.NewPage(t.Conversation)})
	})
}

// on is what somebody does on a shop's page.
func (s *site) on(chat string) bot.Update {
	s.Updates++
	return bot.Update{
		Key: fmt.Sprint("page ", s.Updates), Kind: bot.Wrote, ToUs: true, Platform: bot.PagePlatform, Chat: chat,
		Message: fmt.Sprint("form", s.Updates), User: bot.User{ID: "kim"}, At: time.Now(),
	}
}

// photo is that, with a picture.
func (s *site) photo(chat, form string) bot.Update {
	u := s.on(chat)
	u.Message, u.Pictures = form, bottest.Photo(form, "").Pictures
	return u
}

// says checks what is answered, by its key in English.
func (s *site) says(r bot.Response, err error, want string) {
	s.Helper()
	if err != nil || r.Text != want {
		s.Errorf("answered %q, %v; want %q", r.Text, err, want)
	}
}

func en(key string, args present.Args) string { return present.Fill("en", key, args) }

func (s *site) shop(id int64) bot.Shop {
	s.Helper()
	shop, err := s.Store.Shop(s.Context(), id)
	s.Check(err)
	return shop
}

func TestPage_AFormIsOneOrderOfItsShopOrSaysWhatIsMissing(t *testing.T) {
	onPage(t, func(s *site) {
		for name, x := range map[string]struct {
			form present.Form
			want string // menu, price, look and music, or the problem's field
		}{
			"two fields": {present.Form{Menu: "새우 파스타", Price: "18000"}, "새우 파스타 18,000원 clean bright"},
			"a caption":  {present.Form{Menu: "냉면 9,000원"}, "냉면 9,000원 clean bright"},
			"chosen": {
				present.Form{Menu: "냉면", Price: "9천", Look: "market", Music: "calm"}, "냉면 9,000원 market calm",
			},
			"others":         {present.Form{Menu: "냉면", Price: "9천", Look: "x", Music: "y"}, "냉면 9,000원 clean bright"},
			"no price":       {present.Form{Menu: "냉면"}, "price"},
			"no menu":        {present.Form{Price: "9천"}, "menu"},
			"not sure":       {present.Form{Menu: "라떼", Price: "4,5"}, "price"},
			"seen":           {present.Form{Menu: "라떼", Price: "4,5", Seen: "라떼 · 4,500원"}, "라떼 4,500원 clean bright"},
			"something else": {present.Form{Menu: "라떼", Price: "4,5", Seen: "라떼 · 45,000원"}, "price"},
			"crossed out":    {present.Form{Menu: "냉면", Price: "9천", Regular: "12,000"}, "real"},
		} {
			before := len(s.of("1"))
			u := s.photo("1", name)
			r, read, err := s.page.Order(s.Context(), u, x.form)
			s.Check(err)
			got := ""
			for _, p := range read.Problems {
				got = p.Field
			}
			for _, o := range r.Placed {
				got = strings.Join([]string{o.Cut.Words.Menu, o.Cut.Words.Price, o.Cut.Look, o.Cut.Music}, " ")
				if o.Shop != 1 || o.Thread.Chat != "1" {
					t.Errorf("%s: shop %d, chat %s", name, o.Shop, o.Thread.Chat)
				}
			}
			if got != x.want || len(s.of("1"))-before != len(r.Placed) || r.Text != "" {
				t.Errorf("%s: %q (%q), want %q", name, got, r.Text, x.want)
			}
			if len(r.Placed) == 1 { // sent again, with other words
				u.Key += " again"
				again, read, err := s.page.Order(s.Context(), u, present.Form{Menu: "다른 것", Price: "1000"})
				if err != nil || len(again.Placed) != 1 || again.Placed[0].ID != r.Placed[0].ID || !read.Sure ||
					!read.Words.Equal(r.Placed[0].Cut.Words) {
					t.Errorf("%s, again: %+v %+v, %v", name, again, read, err)
				}
			}
		}
		form := present.Form{Menu: "냉면", Price: "9천", Regular: "12,000", Real: true}
		if r, _, err := s.page.Order(s.Context(), s.photo("1", "real"), form); err != nil || len(r.Placed) != 1 ||
			!s.shop(1).RegularReal || s.shop(2).RegularReal {
			t.Errorf("%+v, %v", r, err)
		}
		s.Limits(6)
		s.page = conversation.NewPage(s.Conversation)
		_, read, err := s.page.Order(s.Context(), s.photo("1", "full"), present.Form{Menu: "빙수", Price: "8천"})
		if err != nil || len(read.Problems) != 1 || read.Problems[0].Field != "order" || read.Problems[0].Text == "" ||
			len(s.Hears()) > 0 {
			t.Errorf("over the limit: %+v, %v", read, err)
		}
		if used, limit, err := s.page.UsedThisMonth(s.Context(), s.shop(1)); used != 6 || limit != 6 || err != nil {
			t.Errorf("%d of %d, %v", used, limit, err)
		}
	})
}

// of lists the orders of a shop's page.
func (s *site) of(chat string) []pipeline.Order {
	s.Helper()
	all, err := s.Store.Recent(s.Context(), bot.PagePlatform, chat, 100)
	s.Check(err)
	return all
}

func TestPage_OnlyAShopsOwnOrdersAreChanged(t *testing.T) {
	onPage(t, func(s *site) {
		form := present.Form{Menu: "냉면", Price: "9천"}
		for _, chat := range []string{"1", "2"} {
			_, _, err := s.page.Order(s.Context(), s.photo(chat, "p"+chat), form)
			s.Check(err)
		}
		mine, other := s.of("1")[0], s.of("2")[0]
		for name, x := range map[string]struct {
			order int64
			form  present.Form
			err   error
			field string
		}{
			"another's": {other.ID, form, pipeline.ErrNotFound, ""}, "none": {99, form, pipeline.ErrNotFound, ""},
			"half a form": {mine.ID, present.Form{Menu: "빙수"}, nil, "price"},
			"mine":        {mine.ID, present.Form{Menu: "빙수", Price: "8,000원"}, nil, ""},
		} {
			r, read, err := s.page.Reword(s.Context(), s.on("1"), x.order, "", x.form)
			if !errors.Is(err, x.err) || (len(read.Problems) == 1) != (x.field != "") || r.Changed != (name == "mine") {
				t.Errorf("%s: %+v %+v, %v", name, r, read, err)
			}
		}
		if w, o := s.of("1")[0].Cut.Words, s.of("2")[0].Cut.Words; w.Menu != "빙수" || w.Won != 8000 || o.Menu != "냉면" {
			t.Errorf("%+v, the other's %+v", w, o)
		}
		for _, x := range []struct {
			change  bot.OrderChange
			changed bool
			err     error
		}{
			{bot.OrderChange{Verb: intent.DoForget, Order: mine.ID}, false, pipeline.ErrNotFound},
			{bot.OrderChange{Verb: intent.DoLook, Order: mine.ID}, false, nil},
			{bot.OrderChange{Verb: intent.DoLook, Order: other.ID, To: "market"}, false, nil},
			{bot.OrderChange{Verb: intent.DoLook, Order: mine.ID, To: "market"}, true, nil},
			{bot.OrderChange{Verb: intent.DoCancel, Order: other.ID}, false, nil},
			{bot.OrderChange{Verb: intent.DoCancel, Order: mine.ID}, true, nil},
		} {
			if r, err := s.page.ChangeOrder(s.Context(), s.on("1"), x.change); r.Changed != x.changed ||
				!errors.Is(err, x.err) {
				t.Errorf("%+v: %+v, %v", x.change, r, err)
			}
		}
		if m, o := s.of("1")[0], s.of("2")[0]; m.Status != pipeline.Cancelled || m.Cut.Look != "market" ||
			o.Status != pipeline.Open || o.Cut.Look != "clean" {
			t.Errorf("%s %s, the other's %s %s", m.Status, m.Cut.Look, o.Status, o.Cut.Look)
		}
		s.Check(s.Store.MarkPurged(s.Context(), mine.ID))
		if _, _, err := s.page.Reword(s.Context(), s.on("1"), mine.ID, "", form); !errors.Is(err, pipeline.ErrPurged) {
			t.Errorf("what is kept no longer: %v", err)
		}
	})
}

func TestPage_SettingsAreTheShopsOwn(t *testing.T) {
	onPage(t, func(s *site) {
		before, ctx := s.shop(2), s.Context()
		missing := en("missing", nil)
		for _, x := range []struct {
			set  func(u bot.Update, to string) (bot.Response, error)
			to   string
			want string
		}{
			{s.look, "market", en("shoplook.set", present.Args{"name": "Market"})}, {s.look, "none", missing},
			{s.music, "calm", en("shopmusic.set", present.Args{"name": "Calm music"})},
			{s.music, "tracks/2.mp3", missing},
			{s.name, "파도식당\n", ""}, {s.name, strings.Repeat("가", 99), en("shop.long", nil)},
			{s.name, " \u200b", en("shop.empty", nil)}, {s.language, "fr", missing},
		} {
			r, err := x.set(s.on("1"), x.to)
			x.want = cmp.Or(x.want, r.Text)
			s.says(r, err, x.want)
		}
		s.Check(s.page.SetWebhook(ctx, s.on("1"), "nonce"))
		s.Check(s.page.SetWebhook(ctx, s.on("3"), "nonce"))
		s.Check(s.page.SetLogo(ctx, s.on("1"), pipeline.Photo{Ref: "logo"}))
		_, err := s.page.SetTrackFile(ctx, s.on("1"), "uploads/a.mp3")
		s.Check(err)
		got := s.shop(1)
		if got.Look != "market" || got.Music != "calm" || got.Name != "파도식당" || got.Webhook != "nonce" ||
			got.NewLogo.Ref != "logo" || got.NewTrack.Address != bot.UploadAddress("uploads/a.mp3") {
			t.Errorf("%+v", got)
		}
		var logos, tracks int64 // what came of them is sent, though nothing else is
		for _, m := range s.Hears() {
			logos, tracks = logos+m.Logo, tracks+m.Track
			if m.Logo == 0 && m.Track == 0 {
				t.Errorf("sent as well: %q", m.Text)
			}
		}
		if logos == 0 || tracks == 0 {
			t.Errorf("nothing is made of the logo (%d) or the music (%d)", logos, tracks)
		}
		if other := s.shop(2); other.Name != before.Name || other.Look != "" || other.Music != "" ||
			other.Webhook != "" || other.NewLogo.Ref != "" {
			t.Errorf("the other shop is %+v", other)
		}
		r, err := s.language(s.on("1"), "ko")
		s.Check(err)
		if c, err := s.Store.Chat(ctx, bot.PagePlatform, "1"); err != nil || c.Lang != "ko" || r.Text == "" {
			t.Errorf("%+v, %q, %v", c, r.Text, err)
		}
		if c, err := s.Store.Chat(ctx, bot.PagePlatform, "2"); err != nil || c.Lang != "en" {
			t.Errorf("the other speaks %q, %v", c.Lang, err)
		}
		if got := s.page.NextMonth(time.Now()); !got.Equal(time.Date(2000, 2, 1, 0, 0, 0, 0, s.Options.Zone)) {
			t.Errorf("the next month begins at %v", got)
		}
	})
}

func (s *site) look(u bot.Update, to string) (bot.Response, error) {
	return s.page.SetLook(s.Context(), u, to)
}

func (s *site) music(u bot.Update, to string) (bot.Response, error) {
	return s.page.SetMusic(s.Context(), u, to)
}

func (s *site) name(u bot.Update, to string) (bot.Response, error) {
	return s.page.SetShopName(s.Context(), u, to)
}

func (s *site) language(u bot.Update, to string) (bot.Response, error) {
	return s.page.SetLanguage(s.Context(), u, to)
}

func TestPage_AShopIsForgottenADayAfterItsWishAndEnteredByAnInvite(t *testing.T) {
	onPage(t, func(s *site) {
		ctx := s.Context()
		forgetting := func(chat string) bool {
			s.Helper()
			text, err := s.page.Forgetting(ctx, s.on(chat))
			s.Check(err)
			return text != ""
		}
		r, err := s.page.Forget(ctx, s.on("3")) // which has none
		if s.Check(err); forgetting("3") {
			t.Errorf("no shop is forgotten: %q", r.Text)
		}
		r, err = s.page.Forget(ctx, s.on("1"))
		if s.Check(err); r.Text == "" || !forgetting("1") || forgetting("2") {
			t.Errorf("forgotten: %v and %v, %q", forgetting("1"), forgetting("2"), r.Text)
		}
		if r, err = s.page.Forget(ctx, s.on("1")); err != nil || r.Text != "" {
			t.Errorf("wished again: %q, %v", r.Text, err)
		}
		r, err = s.page.Unforget(ctx, s.on("1"))
		if s.says(r, err, en("forget.undone", nil)); forgetting("1") {
			t.Error("it is forgotten all the same")
		}
		s.Hears()
		code := s.Invited("새우네")
		for _, x := range []struct {
			code  string
			holds bool
		}{{code, true}, {"nonsense", false}, {"", false}} {
			if holds, err := s.page.InviteHolds(ctx, x.code); holds != x.holds || err != nil {
				t.Errorf("%q holds %v, %v", x.code, holds, err)
			}
		}
		cred := bot.Credential{Kind: bot.Session, Hash: strings.Repeat("a", 64), Made: time.Now()}
		if err := s.page.EnterInvite(ctx, s.on("new"), "nonsense", cred); !errors.Is(err, pipeline.ErrNotFound) {
			t.Errorf("a code that there isn't: %v", err)
		}
		s.Check(s.page.EnterInvite(ctx, s.on("new"), code, cred))
		if c, err := s.Store.Chat(ctx, bot.PagePlatform, "new"); err != nil || c.Shop < 3 ||
			s.shop(c.Shop).Name != "새우네" {
			t.Errorf("%+v, %v", c, err)
		}
		cred.Hash = strings.Repeat("b", 64)
		s.Check(s.page.EnterSample(ctx, s.on("sample"), "맛보기", cred))
		cred.Hash = strings.Repeat("c", 64)
		s.Check(s.page.EnterSample(ctx, s.on("sample"), "다른 이름", cred))
		if c, err := s.Store.Chat(ctx, bot.PagePlatform, "sample"); err != nil || s.shop(c.Shop).Name != "맛보기" {
			t.Errorf("%+v, %v", c, err)
		}
		s.Check(s.page.EndSessions(ctx, s.on("1")))
	})
}
