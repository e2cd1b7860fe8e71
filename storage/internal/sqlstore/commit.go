package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/chats"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

// Commit implements bot.Store. Rows are locked in one order everywhere: update, invite, shop, chat, drafts,
// says, orders.
func (s Store) Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error) {
	now := time.Now()
	var placed []pipeline.Order
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		w := change{Change: c, tx: tx, now: now, lock: s.Lock}
		err := w.write(ctx)
		placed = w.placed
		return w.jobs, err
	})
	if err != nil {
		return nil, fmt.Errorf("commit a change of a chat: %w", err)
	}
	return placed, nil
}

// change is a bot.Change on its way into one transaction, with what comes of it.
type change struct {
	bot.Change
	tx     sqldb.Tx
	now    time.Time
	lock   string // see Store.Lock
	placed []pipeline.Order
	jobs   []queue.Job
}

func (c *change) write(ctx context.Context) error {
	if err := c.talk(ctx); err != nil {
		return err
	}
	for _, o := range c.Place {
		if err := c.place(ctx, o); err != nil {
			return err
		}
	}
	for _, m := range c.Moves {
		_, jobs, err := move(ctx, c.tx, c.lock, m.Order, m.Move, c.now)
		if err != nil {
			return fmt.Errorf("move order %d: %w", m.Order.ID, err)
		}
		c.jobs = append(c.jobs, jobs...)
	}
	if err := c.keepsLimit(ctx); err != nil {
		return err
	}
	if c.MovedTo != "" {
		return c.rename(ctx)
	}
	return nil
}

// talk writes all but the orders: the update first, since one that was seen is to be known as such whatever
// else has changed since; then what fences the change.
func (c *change) talk(ctx context.Context) error {
	if c.Chat.Platform == "" || c.Chat.ID == "" {
		return errors.New("whose chat isn't said")
	}
	todo := c.fences()
	if c.Shop != nil {
		shop, err := chats.ShopStatement(*c.Shop, &c.Chat.Shop)
		if err != nil {
			return err
		}
		todo = append(todo, shop)
	}
	if c.newShop() { // the chat's row needs its number
		if err := c.tx.Run(ctx, todo...); err != nil {
			return err
		}
		todo = []sqldb.Statement{comeBack(c.Chat.Platform, c.Chat.ID, c.Chat.Shop)}
	}
	chat, err := chats.ChatStatement(c.Chat)
	if err != nil {
		return err
	}
	todo = append(todo, chat)
	if c.NewCode != nil {
		todo = append(todo, chats.InviteStatement(*c.NewCode))
	}
	if c.EndSessions {
		todo = append(todo, sqldb.Statement{
			Text: `DELETE FROM credentials WHERE shop = $1 AND kind IN ('link', 'session')`, Args: []any{c.Chat.Shop},
		})
	}
	if c.Credential != nil {
		var id int64
		todo = append(todo, chats.CredentialStatement(*c.Credential, &c.Chat.Shop, &id))
	}
	if c.Audit != nil {
		todo = append(todo, chats.AuditStatement(*c.Audit))
	}
	if c.Flag != nil {
		todo = append(todo, chats.FlagStatement(*c.Flag))
	}
	if c.Open != nil {
		todo = append(todo, chats.OpenStatement(*c.Open, c.now))
	}
	if c.Close != "" {
		todo = append(todo, sqldb.Statement{
			Text: `DELETE FROM incidents WHERE key = $1`, Args: []any{sqldb.Clean(c.Close)},
			ErrNoRows: pipeline.ErrMoved,
		})
	}
	drafts, err := c.drafts()
	if err != nil {
		return err
	}
	messages, ids, err := c.messages()
	if err != nil {
		return err
	}
	if err := c.tx.Run(ctx, append(append(todo, drafts...), messages...)...); err != nil {
		return err
	}
	return c.wake(ctx, ids)
}

// wake gives jobs to the messages that were written: to those that are Apart, and to the others that are their chat's
// first. Those behind them get theirs when what went before is closed, so that what waits costs nothing.
func (c *change) wake(ctx context.Context, ids []int64) error {
	waiting := map[[2]string]bool{}
	for i, s := range c.Messages {
		if s.Apart() {
			c.jobs = append(c.jobs, queue.Job{Kind: queue.SendMessage, ID: ids[i]})
		} else {
			waiting[[2]string{sqldb.Clean(s.Thread.Platform), sqldb.Clean(s.Thread.Chat)}] = true
		}
	}
	inOrder := func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }
	for _, chat := range slices.SortedFunc(maps.Keys(waiting), inOrder) {
		first, err := chats.FirstPending(ctx, c.tx, chat[0], chat[1], c.lock)
		if err != nil {
			return err
		}
		if slices.Contains(ids, first.ID) {
			c.jobs = append(c.jobs, first)
		}
	}
	return nil
}

func (c *change) newShop() bool { return c.Shop != nil && c.Shop.ID == 0 }

// fences are the update and the invite, which can be used once each.
func (c *change) fences() []sqldb.Statement {
	var all []sqldb.Statement
	if c.Key != "" {
		all = append(all, sqldb.Statement{
			Text: `INSERT INTO updates (key, at) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING`,
			Args: []any{sqldb.Clean(c.Key), sqldb.Millis(c.now)}, ErrNoRows: bot.ErrSeen,
		})
	}
	if c.Invite != "" {
		all = append(all, sqldb.Statement{
			Text: `UPDATE invites SET used = $1 WHERE code = $2 AND used = 0 AND expires > $1`,
			Args: []any{sqldb.Millis(c.now), sqldb.Clean(c.Invite)}, ErrNoRows: pipeline.ErrMoved,
		})
	}
	return all
}

func (c *change) drafts() ([]sqldb.Statement, error) {
	var all []sqldb.Statement
	for _, d := range c.Drafts {
		st, err := chats.DraftStatement(d)
		if err != nil {
			return nil, err
		}
		all = append(all, st)
		if !d.Due.IsZero() {
			c.jobs = append(c.jobs, queue.Job{Kind: queue.Draft, ID: d.ID, Due: d.Due})
		}
	}
	for _, id := range c.Drop {
		all = append(all, sqldb.Statement{
			Text: `DELETE FROM drafts WHERE id = $1 AND platform = $2 AND chat = $3`,
			Args: []any{id, sqldb.Clean(c.Chat.Platform), sqldb.Clean(c.Chat.ID)},
		})
	}
	return all, nil
}

// messages have their numbers once they were run.
func (c *change) messages() ([]sqldb.Statement, []int64, error) {
	var all []sqldb.Statement
	ids := make([]int64, len(c.Messages))
	for i, s := range c.Messages {
		if s.Made.IsZero() {
			s.Made = c.now
		}
		st, err := chats.MessageStatement(s, &ids[i])
		if err != nil {
			return nil, nil, err
		}
		all = append(all, st)
	}
	return all, ids, nil
}

func (c *change) place(ctx context.Context, o pipeline.Order) error {
	if c.newShop() && o.Shop == 0 {
		o.Shop = c.Chat.Shop
	}
	placed, fresh, err := place(ctx, c.tx, entry(o, c.now))
	if err != nil {
		return fmt.Errorf("place order: %w", err)
	}
	if fresh {
		c.jobs = append(c.jobs, look(placed))
	}
	c.placed = append(c.placed, placed)
	return nil
}

// keepsLimit is ErrMoved when the shop has more orders in its month now than it may. Each order that is placed changes
// the month's row, so a process that places another one at the same time has waited for this transaction, or this one
// for it.
func (c *change) keepsLimit(ctx context.Context) error {
	if c.Limit == 0 || len(c.placed) == 0 {
		return nil
	}
	n := 0
	err := c.tx.Run(ctx, sqldb.Statement{
		Text: `SELECT ` + countedOfOne,
		Args: []any{c.Chat.Shop, ledger.MonthOf(c.Month)}, Dest: []any{&n},
	})
	if err == nil && n > c.Limit {
		err = pipeline.ErrMoved
	}
	return err
}

// rename gives everything of the chat to its new id. A chat that is known by that already keeps what it has,
// and its shop if it has one.
func (c *change) rename(ctx context.Context) error {
	args := []any{sqldb.Clean(c.MovedTo), sqldb.Clean(c.Chat.Platform), sqldb.Clean(c.Chat.ID)}
	if args[0] == args[2] {
		return nil
	}
	var todo []sqldb.Statement
	for _, text := range []string{
		`INSERT INTO chats (platform, id, version, shop, lang, grp, away, heard, bound_by, answered, looked)
		 SELECT platform, $1, version, shop, lang, grp, away, heard, bound_by, answered, looked FROM chats
		 WHERE platform = $2 AND id = $3
		 ON CONFLICT (platform, id) DO UPDATE SET version = chats.version + 1,
		     shop = CASE WHEN chats.shop = 0 THEN excluded.shop ELSE chats.shop END,
		     bound_by = CASE WHEN chats.shop = 0 THEN excluded.bound_by ELSE chats.bound_by END`,
		`DELETE FROM chats WHERE platform = $2 AND id = $3 AND id <> $1`,
		`UPDATE drafts SET chat = $1 WHERE platform = $2 AND chat = $3`,
		`UPDATE says SET chat = $1 WHERE platform = $2 AND chat = $3 AND ended = 0`,
		`UPDATE orders SET chat = $1 WHERE platform = $2 AND chat = $3`,
	} {
		todo = append(todo, sqldb.Statement{Text: text, Args: args})
	}
	if err := c.tx.Run(ctx, todo...); err != nil {
		return fmt.Errorf("rename the chat: %w", err)
	}
	return nil
}
