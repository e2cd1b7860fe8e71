package telegram

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot/present"
)

// flags are Flags in memory, with all that was ever written to them.
type flags struct {
	kept             string
	written          []string
	reading, writing error
}

func (f *flags) Flag(context.Context, string) (string, error) { return f.kept, f.reading }

func (f *flags) SetFlag(_ context.Context, _, value string) error {
	f.written = append(f.written, value)
	return f.writing
}

// TestMenus_AllOfThemAreSetHoweverLongItTakes has an admin who has written to the bot, one who has yet to, one who is
// none any more, and a server that is away at first.
func TestMenus_AllOfThemAreSetHoweverLongItTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := people.New(people.Options{})
		defer s.Close()
		operators := new(logs)
		c, stop := overPipes(t, s.Token(), s.Handler(), operators)
		defer stop()
		var chats []*people.Chat
		var ids []string
		for _, name := range []string{"관리자", "옛 관리자", "새 관리자"} {
			chats = append(chats, s.Person(name, "ko").Private())
			ids = append(ids, strconv.FormatInt(chats[len(ids)].ID(), 10))
		}
		chats[0].SendText("/start")
		chats[1].SendText("/start")
		if err := c.CommandsFor(t.Context(), ids[1], menus(present.AdminCommands)); err != nil {
			t.Fatal(err)
		}
		s.Fault(people.Fault{On: "getMyCommands", Times: 2, Status: 502})
		s.Fault(people.Fault{On: "setMyDescription", Status: 502})
		kept := &flags{kept: ids[1] + " " + ids[0]}
		began, ended := time.Now(), make(chan struct{})
		go func() {
			defer close(ended)
			Menus{Client: c, Admins: []string{ids[2], ids[0]}, Store: kept, Log: c.log}.Run(t.Context())
		}()
		time.Sleep(50 * time.Second)
		see := func(scope, lang string, of func(lang string) []present.MenuEntry) {
			t.Helper()
			var want []people.Command
			for _, e := range of(languages[lang]) {
				want = append(want, people.Command{Command: e.Name, Description: e.Text})
			}
			if got := s.Commands(scope, lang); !slices.Equal(got, want) {
				t.Errorf("%s in %q: %+v, want %+v", scope, lang, got, want)
			}
		}
		none := func(string) []present.MenuEntry { return nil }
		for _, lang := range []string{"", "ko", "en"} {
			see("all_private_chats", lang, present.Commands)
			see("all_group_chats", lang, present.Commands)
			see("chat "+ids[0], lang, present.AdminCommands)
			see("chat "+ids[1], lang, none)
			see("chat "+ids[2], lang, none)
			long, short := present.About(languages[lang])
			if l, s := s.Description(lang); l != long || s != short {
				t.Errorf("in %q it is described as %q, %q", lang, l, s)
			}
		}
		if said := operators.String(); strings.Count(said, "level=") != 3 || strings.Count(said, "level=ERROR") != 3 {
			t.Errorf("operators read %s", said)
		}
		chats[2].SendText("/start")
		<-ended
		if took := time.Since(began); took < time.Minute || took > 2*time.Minute {
			t.Errorf("it took %v", took)
		}
		see("chat "+ids[2], "en", present.AdminCommands)
		admins := slices.Sorted(slices.Values([]string{ids[0], ids[2]}))
		all := slices.Sorted(slices.Values(ids))
		want := []string{strings.Join(all, " "), strings.Join(admins, " "), strings.Join(admins, " ")}
		if !reflect.DeepEqual(kept.written, want) {
			t.Errorf("the list became %q, want %q", kept.written, want)
		}
	})
}

// TestMenus_AnAdminHasOneThoughSomethingFails fails the store and the server, each alone, beside a former admin.
func TestMenus_AnAdminHasOneThoughSomethingFails(t *testing.T) {
	away := errors.New("no database")
	for said, x := range map[string]struct {
		store   flags
		failing string
		written int
	}{
		"removing former admins' menus failed":    {flags{reading: away}, "getChat", 1},
		"saving the list of admins' menus failed": {flags{writing: away}, "getChat", 2},
		"setting an admin's menu failed":          {flags{}, "deleteMyCommands", 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := people.New(people.Options{})
			defer s.Close()
			operators := new(logs)
			c, stop := overPipes(t, s.Token(), s.Handler(), operators)
			defer stop()
			var ids []string
			for _, name := range []string{"관리자", "옛 관리자"} {
				chat := s.Person(name, "ko").Private()
				chat.SendText("/start")
				ids = append(ids, strconv.FormatInt(chat.ID(), 10))
			}
			if err := c.CommandsFor(t.Context(), ids[1], menus(present.AdminCommands)); err != nil {
				t.Fatal(err)
			}
			s.Fault(people.Fault{On: x.failing, Times: -1, Status: 502})
			x.store.kept = ids[1]
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			Menus{Client: c, Admins: ids[:1], Store: &x.store, Log: c.log}.setAdmins(ctx)
			if got := s.Commands("chat "+ids[0], ""); len(got) == 0 || len(x.store.written) != x.written {
				t.Errorf("%s: %+v, the list became %q", said, got, x.store.written)
			}
			if !strings.Contains(operators.String(), said) {
				t.Errorf("operators read %s", operators)
			}
		})
	}
}
