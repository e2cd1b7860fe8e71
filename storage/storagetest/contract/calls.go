package contract

import (
	"context"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/admin"
	"github.com/sajangpick/sajangpick/storage/storagetest/chats"
)

// call is a method of the store, with something to do.
type call struct {
	name string
	call func(ctx context.Context) error
}

// callsOf are all methods of the store that can fail, in an order in which each finds something to do.
func callsOf(t *testing.T, e storage.Engine) []call {
	t.Helper()
	one, other := tenants(t, e)
	now, since, chat := time.Now(), time.Now().Add(-time.Hour), one.chats[0]
	delivered, waits := one.orders[0], one.orders[1]
	link, err := e.AddCredential(t.Context(), chats.Credential(bot.SignInLink, "link", one.shop, time.Hour))
	storagetest.Check(t, err)
	storagetest.Check(t, e.KeepWorkspace(t.Context(), bot.Workspace{Platform: "slack", ID: "T1", Joined: since}))
	storagetest.Check(t, e.NoteUpload(t.Context(), "stray", one.shop, since))
	_, err = e.OpenIncident(t.Context(), "runway", "away")
	storagetest.Check(t, err)
	audited := storagetest.NewChange(t, e, "audited")
	audited.Audit = &bot.AuditEntry{At: now, Who: "telegram:1", What: "/limit 3 50"}
	storagetest.Commit(t, e, audited)
	open := storagetest.Place(t, e, storagetest.NewOrder("open", since)) // overdue
	open.Step, open.Trouble = pipeline.Animate, pipeline.Trouble{
		Since: since, Reason: pipeline.ReasonBusy, Service: "runway",
	}
	open = storagetest.Move(t, e, open, pipeline.Move{})
	old := admin.Ends(t, e, one.shop, "old", pipeline.Delivered, 1)
	storagetest.Check(t, e.MarkPurged(t.Context(), old.ID))
	of, change := func(_ any, err error) error { return err }, storagetest.NewChange(t, e, chat)
	change.Chat.Shop, change.Chat.BoundBy = one.shop, "501"
	change.Drafts, change.Drop = []bot.Draft{storagetest.NewDraft(901, chat)}, one.drafts[1:2]
	change.Messages = []bot.OutgoingMessage{storagetest.NewMessage(chat, "네")}
	change.Place = []pipeline.Order{storagetest.NewOrder("by a change", storagetest.Later())}
	change.NewCode = &bot.Invite{Code: "second", Shop: one.shop, Expires: storagetest.Later()}
	change.Flag, change.Audit = &bot.Flag{Name: "x", Value: "1"}, &bot.AuditEntry{
		At: now, Who: "telegram:1", What: "/x",
	}
	opened := chats.Credential(bot.Session, "by a change", one.shop, time.Hour)
	change.Credential, change.EndSessions, change.Invite = &opened, true, ""
	change.Moves = []bot.Moved{{Order: waits, Move: pipeline.Move{Note: "seen"}}}
	change.Open, change.Close = &bot.Incident{Key: "s3", Text: "away"}, "runway"
	moved := storagetest.NewChange(t, e, other.chats[1])
	moved.MovedTo = "-100"
	return []call{
		{"AddCredential", func(ctx context.Context) error {
			return of(e.AddCredential(ctx, chats.Credential(bot.Session, "s", one.shop, time.Hour)))
		}},
		{"Credential", func(ctx context.Context) error { return of(e.Credential(ctx, bot.SignInLink, "link", now)) }},
		{
			"Credentials",
			func(ctx context.Context) error { return of(e.Credentials(ctx, one.shop, bot.SignInLink, now)) },
		},
		{
			"UseCredential",
			func(ctx context.Context) error { return e.UseCredential(ctx, link.ID, now, storagetest.Later()) },
		},
		{"AuditLedger", func(ctx context.Context) error { return of(e.AuditLedger(ctx)) }},
		{"SpendByShop", func(ctx context.Context) error { return of(e.SpendByShop(ctx, since, storagetest.Later())) }},
		{"SpendByProvider", func(ctx context.Context) error { return of(e.SpendByProvider(ctx, since)) }},
		{"Spenders", func(ctx context.Context) error { return of(e.Spenders(ctx, now, 0, 10)) }},
		{"Chat", func(ctx context.Context) error { return of(e.Chat(ctx, "telegram", chat)) }},
		{"Shop", func(ctx context.Context) error { return of(e.Shop(ctx, one.shop)) }},
		{"Invite", func(ctx context.Context) error { return of(e.Invite(ctx, one.code)) }},
		{"Commit", func(ctx context.Context) error { return of(e.Commit(ctx, change)) }},
		{"Commit, of a group that moves", func(ctx context.Context) error { return of(e.Commit(ctx, moved)) }},
		{"ListAudit", func(ctx context.Context) error { return of(e.ListAudit(ctx, 0, 10)) }},
		{"Flag", func(ctx context.Context) error { return of(e.Flag(ctx, "x")) }},
		{"SetFlag", func(ctx context.Context) error { return e.SetFlag(ctx, "y", "1") }},
		{"SetFlagOnce", func(ctx context.Context) error { return of(e.SetFlagOnce(ctx, "z", "1")) }},
		{"RaiseFlag", func(ctx context.Context) error { return of(e.RaiseFlag(ctx, "y", "1")) }},
		{"OpenIncident", func(ctx context.Context) error { return of(e.OpenIncident(ctx, "creatomate", "away")) }},
		{"CloseIncident", func(ctx context.Context) error { _, _, err := e.CloseIncident(ctx, "runway"); return err }},
		{"Incidents", func(ctx context.Context) error { return of(e.Incidents(ctx)) }},
		{"Drafts", func(ctx context.Context) error { return of(e.Drafts(ctx, "telegram", chat, now)) }},
		{"Draft", func(ctx context.Context) error { return of(e.Draft(ctx, one.drafts[0])) }},
		{
			"ByMessage",
			func(ctx context.Context) error { _, _, err := e.ByMessage(ctx, "telegram", chat, "91"); return err },
		},
		{"TrackInUse", func(ctx context.Context) error { return of(e.TrackInUse(ctx, one.shop, delivered.Cut.Music)) }},
		{"MedianStepTimes", func(ctx context.Context) error { return of(e.MedianStepTimes(ctx)) }},
		{"Purgeable", func(ctx context.Context) error { return of(e.Purgeable(ctx, storagetest.Later(), 10)) }},
		{"OrdersOf", func(ctx context.Context) error { return of(e.OrdersOf(ctx, one.shop, 0, 10)) }},
		{"ShortsOf", func(ctx context.Context) error { return of(e.ShortsOf(ctx, one.shop, 0, 10)) }},
		{"Files", func(ctx context.Context) error { return of(e.Files(ctx, delivered.ID)) }},
		{"MarkPurged", func(ctx context.Context) error { return e.MarkPurged(ctx, delivered.ID) }},
		{"Lease", func(ctx context.Context) error { return of(e.Lease(ctx, "poll", "me", time.Minute)) }},
		{"Heartbeat", e.Heartbeat},
		{"LastHeartbeat", func(ctx context.Context) error { return of(e.LastHeartbeat(ctx)) }},
		{"Active", func(ctx context.Context) error { return of(e.Active(ctx, since)) }},
		{"Calls", func(ctx context.Context) error { return of(e.Calls(ctx, delivered.ID)) }},
		{"Take", func(ctx context.Context) error {
			return of(e.Take(ctx, "runway", pipeline.Rate{N: 5, Per: time.Minute}, 0))
		}},
		{"Overview", func(ctx context.Context) error { return of(e.Overview(ctx, since, since)) }},
		{"Parked", func(ctx context.Context) error { return of(e.Parked(ctx, 0, 10)) }},
		{"Shops", func(ctx context.Context) error { return of(e.Shops(ctx, since, 0, 10)) }},
		{"ChatsOf", func(ctx context.Context) error { return of(e.ChatsOf(ctx, one.shop)) }},
		{"OrdersInPeriod", func(ctx context.Context) error { return of(e.OrdersInPeriod(ctx, one.shop, since)) }},
		{"Former", func(ctx context.Context) error { return of(e.Former(ctx, "telegram", chat)) }},
		{"Refused", func(ctx context.Context) error { return of(e.Refused(ctx, "telegram", chat, since)) }},
		{"Order", func(ctx context.Context) error { return of(e.Order(ctx, delivered.ID)) }},
		{"Short", func(ctx context.Context) error { return of(e.Short(ctx, other.orders[0].ID, pipeline.Tall)) }},
		{"Overdue", func(ctx context.Context) error { return of(e.Overdue(ctx, now, 10)) }},
		{"Recent", func(ctx context.Context) error { return of(e.Recent(ctx, "telegram", chat, 10)) }},
		{"History", func(ctx context.Context) error { return of(e.History(ctx, delivered.ID)) }},
		{
			"ReleaseMessage",
			func(ctx context.Context) error { return e.ReleaseMessage(ctx, one.messages[0], since, true) },
		},
		{"Claim", func(ctx context.Context) error { return of(e.Claim(ctx, one.messages[0], time.Hour)) }},
		{"MarkPartSent", func(ctx context.Context) error {
			s := storagetest.NewMessage(chat, "질문")
			s.ID, s.Part = one.messages[0], &bot.SentPart{Cut: 1, Receipt: " F1"}
			return e.MarkPartSent(ctx, s)
		}},
		{"MarkSent", func(ctx context.Context) error { return of(e.MarkSent(ctx, one.messages[0], "20")) }},
		{"Recover", func(ctx context.Context) error {
			return storagetest.Tables(e).Recover(ctx, "p", []int64{other.messages[0]})
		}},
		{"TakeTurns, of places", func(ctx context.Context) error {
			_, _, err := e.TakeTurns(ctx, pipeline.Turns{Step: pipeline.Animate, Provider: "runway", AtOnce: 9})
			return err
		}},
		{"TakeTurns, of starts", func(ctx context.Context) error {
			_, _, err := e.TakeTurns(ctx, pipeline.Turns{Step: pipeline.Render, Provider: "creatomate",
				Rate: pipeline.Rate{N: 9, Per: time.Minute}})
			return err
		}},
		{"WakePending", func(ctx context.Context) error { return of(e.WakePending(ctx, storagetest.Later())) }},
		{"Tally", func(ctx context.Context) error { return of(e.Tally(ctx, since, storagetest.Later())) }},
		{"Bought", func(ctx context.Context) error { return of(e.Bought(ctx, "runway", since, now, time.Minute)) }},
		{
			"Stalled",
			func(ctx context.Context) error { return of(e.Stalled(ctx, pipeline.Animate, storagetest.Later(), 10)) },
		},
		{"Thaw", func(ctx context.Context) error { return of(e.Thaw(ctx, storagetest.Later(), storagetest.Later())) }},
		{"PurgeExpired", func(ctx context.Context) error { return storagetest.Tables(e).PurgeExpired(ctx, since) }},
		{"Troubled", func(ctx context.Context) error { return of(e.Troubled(ctx, storagetest.Later(), 10)) }},
		{"Seen", func(ctx context.Context) error { return of(e.Seen(ctx, []string{"a", "b"})) }},
		{"Waiting", func(ctx context.Context) error { return of(e.Waiting(ctx)) }},
		{"Resume", func(ctx context.Context) error { return of(e.Resume(ctx, []int64{open.ID, waits.ID}, time.Hour)) }},
		{"ParkedFor", func(ctx context.Context) error { return of(e.ParkedFor(ctx, pipeline.ReasonPhotoRefused, 10)) }},
		{"CountParked", func(ctx context.Context) error { return of(e.CountParked(ctx)) }},
		{"Release", func(ctx context.Context) error { return of(e.Release(ctx, pipeline.ReasonPaused)) }},
		{"NoteUpload", func(ctx context.Context) error { return e.NoteUpload(ctx, "new", one.shop, now) }},
		{"UploadedSince", func(ctx context.Context) error { return of(e.UploadedSince(ctx, "stray", since)) }},
		{"StrayUploads", func(ctx context.Context) error { return of(e.StrayUploads(ctx, now, 10)) }},
		{"DropUpload", func(ctx context.Context) error { return e.DropUpload(ctx, "new", storagetest.Later()) }},
		{"Workspace", func(ctx context.Context) error { return of(e.Workspace(ctx, "slack", "T1")) }},
		{"AllWorkspaces", func(ctx context.Context) error { return of(e.AllWorkspaces(ctx, "slack")) }},
		{"KeepWorkspace", func(ctx context.Context) error {
			return e.KeepWorkspace(ctx, bot.Workspace{Platform: "slack", ID: "T2"})
		}},
		{
			"ForgetWorkspace",
			func(ctx context.Context) error { return e.ForgetWorkspace(ctx, "slack", "T2", storagetest.Later()) },
		},
		{"Chats", func(ctx context.Context) error { return of(e.Chats(ctx, "telegram", "7")) }},
		{"LookedBack", func(ctx context.Context) error { return e.LookedBack(ctx, "telegram", chat, now) }},
		{"Unfinished", func(ctx context.Context) error { return of(e.Unfinished(ctx, "telegram", chat)) }},
		{"Place", func(ctx context.Context) error {
			_, _, err := e.Place(ctx, storagetest.NewOrder("new", storagetest.Later()))
			return err
		}},
		{"Move, begins a paid call", func(ctx context.Context) error {
			o := open
			o.Phase, o.Call, o.Due = pipeline.Begun, "call", storagetest.Later()
			return of(e.Move(ctx, o, pipeline.Move{
				Reserve: &pipeline.Reservation{Provider: "runway", Rate: pipeline.Rate{N: 9, Per: time.Minute},
					AtOnce: 5, Budget: 100_000, Cost: 1,
					Since: since},
				Calls: []pipeline.Call{{ID: "call", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway",
					State: pipeline.CallBegun, Estimated: 1500}},
				Wakeup: true, Notify: true, Note: "begun",
			}))
		}},
		{"Postpone", func(ctx context.Context) error { return e.Postpone(ctx, other.orders[1]) }},
		{"SaveStatusRef", func(ctx context.Context) error { return e.SaveStatusRef(ctx, waits.ID, "", "6") }},
		{"Wake", func(ctx context.Context) error { return e.Wake(ctx, waits.ID) }},
		{"Throttled", func(ctx context.Context) error { return e.Throttled(ctx, "runway", 3, storagetest.Later()) }},
		{"Jobs", func(ctx context.Context) error { return of(e.Jobs(ctx)) }},
		{"Compact", func(ctx context.Context) error { _, _, err := e.Compact(ctx, now); return err }},
		{"ForgetShop", func(ctx context.Context) error { return of(e.ForgetShop(ctx, other.shop)) }},
	}
}
