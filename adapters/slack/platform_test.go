package slack

import (
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/bot/present/presenttest"
)

func TestDescribe_PhrasesAreSaidAsThoseOfAll(t *testing.T) {
	all := Describe().Phrases
	presenttest.Run(t, all, map[string]int{"help": 520, "install.done": 180, "group.sees": 140})
	for key := range all["ko"] {
		if !strings.HasPrefix(key, "install.") && present.Fill("ko", key, nil) == "" {
			t.Errorf("%s is said in the place of nothing", key)
		}
	}
}

func TestDescribe_CommandsAreGivenBehindOurName(t *testing.T) {
	for in, want := range map[string]string{
		"/help 를 누르면": "/sajangpick help 를 누르면", "/shop 이름 · /logo": "/sajangpick shop 이름 · /sajangpick logo",
		"https://a.example/shop": "https://a.example/shop", "채널에 /invite @sajangpick 을": "채널에 /invite @sajangpick 을",
		"/invite 를": "/sajangpick invite 를", "1/2": "1/2", "/shopping": "/shopping",
	} {
		if got := Describe().Spoken(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}

func TestDescribe_SettingsMayNameAChannelAlone(t *testing.T) {
	for named, want := range map[string]bool{"C1": true, "T1:C1": true, "T2:C1": false, "1": false} {
		if got := Describe().IsNamed(named, "T1:C1"); got != want {
			t.Errorf("%s: %v", named, got)
		}
	}
}
