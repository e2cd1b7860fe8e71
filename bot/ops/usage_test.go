package ops_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestReport_SaysWhetherRunwayCountsAsTheLedgerDoes gives figures of Runway's for a day with two clips of 15
// credits, and one whose answer was lost.
func TestReport_SaysWhetherRunwayCountsAsTheLedgerDoes(t *testing.T) {
	for name, x := range map[string]struct {
		theirs map[string]pipeline.Credits
		err    error
		want   []string
		not    string
	}{
		"the same": {
			map[string]pipeline.Credits{"gen4_turbo": 30_00}, nil, []string{"🤝 런웨이 쪽 기록도 30으로 같아요. 1/1 09:00부터 하루예요."},
			"🔎",
		},
		"the lost one was charged": {
			map[string]pipeline.Credits{"gen4_turbo": 45_00}, nil, []string{"🤝 런웨이 쪽 기록은 45예요.", "결과를 모르는 것까지"}, "🔎",
		},
		"one was paid twice": {
			map[string]pipeline.Credits{"gen4_turbo": 60_00}, nil,
			[]string{"🔎 런웨이 쪽 기록이 장부보다 15 많아요.", "60이에요", "결과를 모르는 요청 1번", "같은 키"}, "🤝",
		},
		"somebody else has the key": {
			map[string]pipeline.Credits{"gen4_turbo": 45_00, "gen4_image": 8_00}, nil,
			[]string{"🔎 런웨이 쪽 기록이 장부보다 8 많아요."}, "🤝",
		},
		"less than we know of": {
			map[string]pipeline.Credits{}, nil, []string{"🔎 런웨이 쪽 기록이 장부보다 30 적어요."}, "🤝",
		},
		"a gateway that doesn't say":     {nil, nil, []string{"❔ 런웨이"}, "🤝"},
		"a provider that doesn't answer": {nil, errors.New("runway: no answer"), []string{"❔ 런웨이"}, "🤝"},
	} {
		t.Run(name, func(t *testing.T) {
			bottest.WithOpsChat(t, func(t *bottest.Talk, _ *ops.Ops) {
				asked := ""
				o := t.Ops(func(o *ops.Options) {
					o.Usage = map[string]ops.Usage{
						"runway": func(_ context.Context, from, to time.Time) (map[string]pipeline.Credits, error) {
							asked = from.Format(time.DateOnly) + " " + to.Format(time.DateOnly)
							return x.theirs, x.err
						},
					}
				})

				time.Sleep(6 * time.Hour)
				for n, last := range []func(*pipeline.Order, *pipeline.Move){
					bottest.Settled(pipeline.Render, 1500), bottest.Settled(pipeline.Render, 1500), lost(1500),
				} {
					t.Order(
						"새우 파스타", bottest.Begins(pipeline.Animate, fmt.Sprint("c", n)), bottest.Accepted(1500), last,
					)
				}
				time.Sleep(42 * time.Hour) // it is two days later
				t.Check(o.Report(t.Context(), everyDay{}))
				says := t.Told()
				text := says[len(says)-1].Text
				for _, part := range append(x.want, "❔ 크리에이토메이트") {
					if !strings.Contains(text, part) {
						t.Errorf("no %q in %s", part, text)
					}
				}
				if strings.Contains(text, x.not) {
					t.Errorf("%s in %s", x.not, text)
				}
				if asked != "2000-01-01 2000-01-02" {
					t.Errorf("asked for %s", asked)
				}
			})
		})
	}
}

// lost is a paid start whose answer never came.
func lost(cost pipeline.Credits) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		o.Phase = pipeline.Unknown
		m.Calls = []pipeline.Call{
			{
				ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, State: pipeline.CallUnknown, Estimated: cost,
				Provider: bottest.Providers.Of(o.Step),
			},
		}
	}
}
