package bot

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/track"
)

// ownMusic is what a shop's own piece is called among the built-in ones.
const ownMusic = "own"

// pieces are the names of what may be chosen for a shop's orders: its own piece only by its own chats.
func (d *Conversation) pieces(v *session, shop int64) []string {
	if v.shop.Track == "" || v.shop.ID != shop {
		return d.Music
	}
	return append(slices.Clone(d.Music), ownMusic)
}

// piece is what an order or a shop keeps of a name; pieceName is the way back, "" for one that the shop has had before.
func (v *session) piece(name string) string {
	if name == ownMusic {
		return v.shop.Track
	}
	return name
}

func (v *session) pieceName(piece string) string {
	switch {
	case piece != "" && piece == v.shop.Track:
		return ownMusic
	case strings.HasPrefix(piece, pipeline.TrackPrefix):
		return ""
	}
	return piece
}

// fenceTrack makes the session fail if the shop's own piece is another one meanwhile: it may be deleted then.
func (v *session) fenceTrack(name string) {
	if name == ownMusic && v.change.Shop == nil {
		v.change.Shop = new(v.shop)
	}
}

// music takes what was named after the command: an address, or one of the pieces. Else it asks.
func (d *Conversation) music(v *session, arg string) {
	c := d.choice(v, doShopMusic)
	address, ok := readAddress(arg)
	switch name := c.named(arg); {
	case ok:
		d.takeTrack(v, address)
	case strings.Contains(arg, "://"):
		v.tell("track.address", nil)
	case name != "":
		c.take(name)
		v.tell(doShopMusic+".set", phrase.Args{"name": c.label(name)})
	default:
		v.offer(c, "")
	}
}

// named finds the only name whose label begins so.
func (c choice) named(text string) string {
	found := ""
	for _, name := range c.names {
		if text = squeezed(text); text == "" || !strings.HasPrefix(squeezed(c.label(name)), text) {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// maxAddresses is how many addresses of a shop are left behind, each with a job, before one was fetched or refused.
const maxAddresses = 5

// takeTrack leaves an address with the shop. The courier fetches what is there and says whether it is any use.
func (d *Conversation) takeTrack(v *session, address string) {
	d.join(v)
	was := v.shop.NewTrack
	old := slices.Clone(was.Old)
	if was.Address != "" && len(old) >= maxAddresses {
		v.tell("say.many", nil)
		return
	}
	if was.Address != "" { // it may have been fetched, though nobody has written that down
		old = append(old, v.shop.NewTrackKey())
	}
	v.shop.NewTrack = state.NewTrack{Address: address, Name: strings.ToLower(rand.Text()), Old: old}
	v.change.Shop = &v.shop
	s := state.OutgoingMessage{Message: state.Message{Text: v.fill("track.kept", nil)}, Track: v.shop.ID}
	if s.Track == 0 {
		s.Track = state.ChatsShop
	}
	v.say(s)
}

var (
	addressIn  = regexp.MustCompile(`(?i)https?://\S+`)
	aboutMusic = regexp.MustCompile(`(?i)음악|노래|브금|\b(?:bgm|music|song|mp3)\b`)
	// spokenEnd is what Korean hangs on a name without a space.
	spokenEnd = regexp.MustCompile(`(?i)(\.mp3)(?:으?로|[을를은는]|이?요|이에요)$`)
)

// longestAddress is more than any that isn't meant to do harm.
const longestAddress = 2000

// readTrack finds the address of a piece of music in a text that says so, or that is nothing but the address of
// a file. A line with a price is an order.
func readTrack(text string) (address string, ok bool) {
	at := addressIn.FindStringIndex(text)
	if at == nil {
		return "", false
	}
	address, ok = readAddress(text[at[0]:at[1]])
	about := text[:at[0]] + " " + text[at[1]:]
	if !ok || caption.Parse(about).Outcome == caption.OK {
		return "", false
	}
	u, err := url.Parse(address)
	file := err == nil && strings.EqualFold(path.Ext(u.Path), ".mp3") && strings.TrimSpace(about) == ""
	return address, file || aboutMusic.MatchString(about)
}

// readAddress reads an address as people paste it: in brackets or quotes, with a full stop behind it, or
// without its scheme.
func readAddress(text string) (string, bool) {
	text = strings.Trim(text, " \t<>()[]{}\"'“”‘’「」,;!")
	text = spokenEnd.ReplaceAllString(strings.TrimRight(text, "."), "$1")
	if !strings.Contains(text, "://") {
		if !strings.Contains(text, "/") {
			return "", false
		}
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || len(text) > longestAddress || strings.ContainsAny(text, " \t\n") || u.User != nil ||
		u.Scheme != "https" && u.Scheme != "http" || !strings.Contains(u.Hostname(), ".") {
		return "", false
	}
	return text, true
}

// keepTrack makes a blob of the music at the address that a shop was given, and says what came of it. Each
// turn does one thing and writes it down, so it may break off anywhere and be done twice.
func (c *Outbox) keepTrack(ctx context.Context, s state.OutgoingMessage) (string, error) {
	var got fetched
	id := s.Track
	for range maxRetries {
		chat, shop, err := c.shopOf(ctx, s, id)
		if err != nil {
			if late := c.sweepTracks(ctx, id); late != nil {
				err = passing(late)
			}
			return "", fmt.Errorf("keep music: %w", err)
		}
		id = shop.ID
		switch {
		case shop.NewTrack.Address != "":
			err = c.takeTrack(ctx, s, chat, shop, &got)
		case len(shop.NewTrack.Old) > 0:
			err = c.dropTracks(ctx, chat, shop)
		case shop.NewTrack.Refused != "":
			text := phrase.Fill(s.Thread.Lang, "track."+shop.NewTrack.Refused, nil)
			return Spoken(s.Thread.Platform, text), nil
		default:
			return s.Text, nil
		}
		if err != nil && !errors.Is(err, pipeline.ErrMoved) {
			return "", passing(fmt.Errorf("keep music: %w", err))
		}
	}
	return "", passing(errors.New("keep music: its shop never rests"))
}

// fetched is a piece that is there, should its shop have changed meanwhile.
type fetched struct {
	key   string
	sound []byte
}

// takeTrack fetches a shop's new piece, and makes it the one that its orders have from now on; or it writes down
// why it can't be. Either way the address is gone.
func (c *Outbox) takeTrack(ctx context.Context, s state.OutgoingMessage, chat state.Chat, shop state.Shop, got *fetched) error {
	next := state.NewTrack{Old: shop.NewTrack.Old}
	key := shop.NewTrackKey()
	if got.key != key {
		opening := func() error {
			shop.NewTrack.Opened++
			return c.writeDown(ctx, &chat, &shop)
		}
		err := error(track.Costly)
		var sound []byte
		if shop.NewTrack.Opened < pipeline.MostDeaths {
			sound, err = c.Track(ctx, shop.NewTrack.Address, opening)
		}
		var no track.Refusal
		switch {
		case err == nil:
			*got = fetched{key, sound}
		case errors.As(err, &no):
		case errors.Is(err, pipeline.ErrMoved):
			return err
		case time.Since(s.Made) < patience, pipeline.AsFault(err).RateLimited, ctx.Err() != nil:
			if shop.NewTrack.Opened > 0 { // it wasn't the music
				shop.NewTrack.Opened = 0
				err = errors.Join(err, c.writeDown(ctx, &chat, &shop))
			}
			return err
		default:
			no = track.Away
		}
		if no != "" {
			c.Log.Info("music refused", "platform", s.Thread.Platform, "err", err)
			next.Refused = string(no)
		}
	}
	if next.Refused == "" {
		if err := c.Blobs.Put(ctx, key, "audio/mpeg", bytes.NewReader(got.sound)); err != nil {
			return err
		}
		if shop.Track != "" {
			next.Old = append(slices.Clone(next.Old), shop.Track)
		}
		shop.Track, shop.Music = key, key
	}
	shop.NewTrack = next
	_, err := c.Store.Commit(ctx, state.Change{Chat: chat, Shop: &shop})
	return err
}

// dropTracks deletes the pieces that a shop doesn't have any more, and their names.
func (c *Outbox) dropTracks(ctx context.Context, chat state.Chat, shop state.Shop) error {
	if err := c.deleteTracks(ctx, shop); err != nil {
		return err
	}
	shop.NewTrack.Old = nil
	_, err := c.Store.Commit(ctx, state.Change{Chat: chat, Shop: &shop})
	return err
}

// deleteTracks deletes the pieces that a shop doesn't have any more. What an order may still be cut with stays,
// and goes with the last such order: see Files of state.Admin.
func (c *Outbox) deleteTracks(ctx context.Context, shop state.Shop) error {
	for _, key := range shop.NewTrack.Old {
		plays, err := c.Store.TrackInUse(ctx, shop.ID, key)
		if err == nil && !plays && key != shop.Track {
			err = c.Blobs.Delete(ctx, key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sweepTracks deletes what was fetched for a shop that has no chat any more: whoever forgot it may have looked
// for the blob before it was there.
func (c *Outbox) sweepTracks(ctx context.Context, shop int64) error {
	if shop == state.ChatsShop {
		return nil
	}
	s, err := c.Store.Shop(ctx, shop)
	if err != nil {
		return err
	}
	return c.deleteTracks(ctx, s)
}
