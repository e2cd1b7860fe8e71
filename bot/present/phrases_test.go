package present_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/bot/present/presenttest"
)

func TestPhrases_AreWellFormedInEachLanguage(t *testing.T) {
	presenttest.Run(t, present.Phrases(), map[string]int{
		"help": 450, "help.admin": 220, "group.blind": 200, "group.sees": 140, "start.how": 150, "about": 250,
	})
}
