package upgrade

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/admin"
)

// BeforeAdmins fills the tables of the third schema: a shop with a chat, and an order of it that was delivered.
const BeforeAdmins = `
INSERT INTO shops (id, version, name, logo, look, music, monthly, new_logo, made)
VALUES (1, 1, '바다식당', 'logos/a.png', '', '', 0, '{}', 1);
INSERT INTO chats (platform, id, version, shop, lang, grp, away, heard) VALUES ('telegram', '77', 1, 1, 'ko', false, false, 1);
INSERT INTO orders (id, source, platform, chat, message, lang, photo_ref, photo_name, placed, changed, status, since, step, phase,
    version, due, alarm, alarm_due, attempt, again, reason, detail, photo_key, clip_key, call_id, remote, progress, told, cut,
    shop, topic, usr, photo_unique, photo_bytes, shown)
VALUES (1, 'telegram:77:5', 'telegram', '77', '5', 'ko', 'photo', 'a.jpg', 1000, 2000, 'delivered', 1000, 'deliver', 'begun',
    7, 1, 1, 1, 0, 0, '', '', 'photos/1.jpg', 'clips/1.mp4', '', '', 0, '6', 1, 1, '', '501', '', 0, 1);
INSERT INTO cuts VALUES (1, 1, '{"menu": "새우 파스타", "price": "18,000원", "won": 18000}', '', '', 'shorts/1.mp4', '7');
INSERT INTO calls VALUES ('clip', 1, 1, 'animate', 'runway', 'settled', 'task', 1500, 1500, 1000, 1500);
INSERT INTO calls VALUES ('cut', 1, 1, 'render', 'creatomate', 'settled', 'render', 300, 300, 1500, 2000);
INSERT INTO leases (name, holder, ends) VALUES ('alive', '', 1)`

// FromBeforeAdmins is the promise that what is in such a database is counted, found and purged as what came later.
func FromBeforeAdmins(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	v, err := e.Overview(t.Context(), time.Time{}, time.Time{})
	if err != nil || v.Orders[pipeline.Delivered] != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	spent, err := e.SpendByShop(t.Context(), time.Time{}, time.Now())
	storagetest.Check(t, err)
	storagetest.Same(t, spent, []bot.SpendRow{
		{Provider: "creatomate", Calls: 1, Settled: 300},
		{Provider: "runway", Calls: 1, Settled: 1500},
	})
	if b := admin.Balance(t, e); len(b.Inconsistencies) != 0 {
		t.Errorf("odd are %v", b.Inconsistencies)
	}
	expired, err := e.Purgeable(t.Context(), time.Now(), 10)
	storagetest.Check(t, err)
	storagetest.Same(t, storagetest.IDs(expired), []int64{1})
	storagetest.Check(t, e.MarkPurged(t.Context(), 1))
	if o := storagetest.ReadOrder(t, e, 1); o.PhotoKey != "" || o.Cut.Words.Menu != "" || o.Version != 8 ||
		o.Status != pipeline.Delivered {
		t.Errorf("%+v", o)
	}
	shops, err := e.Shops(t.Context(), time.Time{}, 0, 10)
	if err != nil || len(shops) != 1 || shops[0].OrdersInPeriod != 1 || shops[0].Chats != 1 {
		t.Errorf("%+v, %v", shops, err)
	}
}
