package ops_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// everyDay comes at nine in Seoul.
type everyDay struct{}

func (everyDay) Next(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	nine := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	for !nine.After(t) {
		nine = nine.Add(24 * time.Hour)
	}
	return nine
}

func TestOps_AreToldWhatIsWrongInWordsThatFitAPhone(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
			t.Does(bot.Update{
				Chat: "-100", Group: true, ToUs: true, User: bot.User{ID: "boss"}, Text: "/language " + lang,
			})
			t.Busy()
			t.Check(o.Announce(t.Context()))
			t.Hears()
			for _, r := range []pipeline.Reason{
				pipeline.ReasonTemplate, pipeline.ReasonUnknownStart, pipeline.ReasonCantDeliver, pipeline.ReasonBusy,
			} {
				x := t.Order(
					"새우 파스타", bottest.Begins(pipeline.Render, "c"+string(r)),
					bottest.Ends(
						pipeline.Parked, r, "creatomate ignored part of the request: an element named Price-Text",
					),
				)
				t.Check(o.Noticed(t.Context(), x.ID))
				says := t.Hears()
				t.Fits(
					string(r), says, fmt.Sprint(x.ID), "새우 파스타", "18,000원", "바다식당", "kim", "Price-Text",
					present.Fill(lang, "admin.why."+string(r), nil),
				)
				var can []string
				for _, b := range slices.Concat(says[0].Buttons...) {
					verb, _, _ := strings.Cut(b.Action, ":")
					can = append(can, verb)
				}
				if len(says) != 1 || !slices.Contains(can, intent.DoAdminRetry) ||
					!slices.Contains(can, intent.DoAdminCancel) {
					t.Errorf("%s: %d messages, %q", r, len(says), can)
				}
			}
			t.Check(
				o.Provider(t.Context(), ops.Verdict{
					Provider: "runway", Failing: time.Now(), Good: 2, Bad: 7, Last: "runway: start clip: 503",
				}),
			)
			t.Check(o.Credits(t.Context(), "runway", 120_00, 15_00))
			t.Check(o.Budget(t.Context(), 2450_00, 0, 3000_00))
			t.Check(o.Budget(t.Context(), 3010_00, 0, 3000_00))
			t.Fits("incidents", t.Hears(), "runway: start clip: 503", "7", "9", "120", "3,000", "2,450")
			time.Sleep(20 * time.Minute)
			t.Check(o.Sweep(t.Context()))
			t.Fits("late", t.Hears(), "7", "갈비탕", "45%", "8", "라멘", "9", "불고기")
			t.Check(o.Provider(t.Context(), ops.Verdict{Provider: "runway"}))
			t.Check(o.Budget(t.Context(), 0, 0, 3000_00))
			over := t.Hears()
			if t.Fits("over", over); len(over) != 2 {
				t.Errorf("%d incidents are over: %+v", len(over), over)
			}
			time.Sleep(time.Until(everyDay{}.Next(time.Now())) + time.Minute)
			t.Check(o.Report(t.Context(), everyDay{}))
			t.Fits(
				"report", t.Hears(), "13", "45", "1,234", "1.25", "5",
				present.Fill(lang, "admin.why."+string(pipeline.ReasonPhotoText), nil),
			)
		})
	}
}

func TestReport_OfADayWithoutOrdersIsShort(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		time.Sleep(24 * time.Hour)
		t.Check(o.Report(t.Context(), everyDay{}))
		says := t.Tells("☀️ 1월 1일 보고\n주문이 없는 하루였어요.")
		if !strings.Contains(says[0].Text, "막힌 것이 없어요.") || !strings.Contains(says[0].Text, "장부가 맞아요.") ||
			len(says[0].Buttons) != 0 {
			t.Errorf("%+v", says[0])
		}
	})
}

// TestReport_ADayHasOne asks whenever another machine takes over, as the queue does.
func TestReport_ADayHasOne(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		time.Sleep(24*time.Hour - time.Minute)
		t.Check(o.Report(t.Context(), everyDay{}))
		time.Sleep(time.Minute)
		t.Check(o.Report(t.Context(), everyDay{}))
		t.Check(t.Ops().Report(t.Context(), everyDay{}))
		time.Sleep(time.Hour)
		t.Check(o.Report(t.Context(), everyDay{}))
		t.Tells("☀️ 1월 1일")
		time.Sleep(26 * time.Hour) // nobody was there at nine
		t.Check(o.Report(t.Context(), everyDay{}))
		t.Tells()
	})
}

// noLedger is a database whose ledger can't be read through in time.
type noLedger struct{ ops.Store }

func (noLedger) AuditLedger(context.Context) (bot.LedgerAudit, error) {
	return bot.LedgerAudit{}, errors.New("canceling statement due to statement timeout")
}

func TestReport_GoesOutWhenTheLedgerCannotBeChecked(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, _ *ops.Ops) {
		o := t.Ops(func(o *ops.Options) { o.Store = noLedger{o.Store} })
		time.Sleep(24 * time.Hour)
		t.Check(o.Report(t.Context(), everyDay{}))
		says := t.Tells("☀️ 1월 1일 보고\n주문이 없는 하루였어요.")
		if !strings.Contains(says[0].Text, "🧮 이번에는 장부를 확인하지 못했어요.") || strings.Contains(says[0].Text, "장부가 맞아요.") {
			t.Errorf("%+v", says[0])
		}
	})
}
