package session

import (
	"context"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Loader reads what is known of a chat when an update comes.
type Loader struct {
	opts  *Options
	store ChatReads
}

// NewLoader makes a Loader.
func NewLoader(o *Options) *Loader { return &Loader{o, o.Store} }

// seenEvery is how often it is noted that a chat was heard of.
const seenEvery = 10 * time.Minute

// Load reads the chat of an update, its shop and its drafts.
func (ld *Loader) Load(ctx context.Context, u bot.Update) (*Session, error) {
	v := &Session{Update: u, Now: time.Now()}
	var err error
	if v.StoredChat, err = ld.store.Chat(ctx, u.Platform, u.Chat); err != nil {
		return nil, err
	}
	if v.StoredChat.Version == 0 {
		v.StoredChat = bot.Chat{
			Platform: u.Platform, ID: u.Chat, Lang: present.Language(u.User.Lang), Group: u.Group, Shop: u.Shop,
		}
	}
	// With an index of that time, a change of it costs the chat's row an entry in each of its indexes.
	if ago := v.Now.Sub(v.StoredChat.LastSeenAt); u.Kind != 0 && (ago >= seenEvery || ago < 0) {
		v.StoredChat.LastSeenAt = v.Now
	}
	if v.StoredChat.Shop != 0 {
		if v.Shop, err = ld.store.Shop(ctx, v.StoredChat.Shop); err != nil {
			return nil, err
		}
	}
	if v.Drafts, err = ld.store.Drafts(ctx, u.Platform, u.Chat, v.Now); err != nil {
		return nil, err
	}
	for _, dr := range v.Drafts {
		v.stored = append(v.stored, dr.ID)
	}
	v.Change = bot.Change{Key: u.Key, Chat: v.StoredChat}
	v.Voice = ld.opts.Guide.Voice(v.StoredChat.Lang, u.Platform, ld.opts.Zone, v.Now)
	v.Admin, v.InOps = ld.isAdmin(v), ld.isOps(v)
	return v, nil
}

// isOps reports whether the session is in the ops chat.
func (ld *Loader) isOps(v *Session) bool {
	platform, chat, ok := strings.Cut(ld.opts.OpsChat, ":")
	return ok && platform == v.Platform && v.On.IsNamed(chat, v.Chat)
}

// View is the ops chat as the conversation sees chats; without one it is the reader of the log.
func (ld *Loader) View(ctx context.Context) (*Session, error) {
	platform, chat, ok := strings.Cut(ld.opts.OpsChat, ":")
	if !ok {
		return &Session{
			Now: time.Now(), StoredChat: bot.Chat{Lang: "en"},
			Voice: ld.opts.Guide.Voice("en", "", ld.opts.Zone, time.Now()),
		}, nil
	}
	return ld.Load(ctx, bot.Update{Platform: platform, Chat: chat})
}

// MaxNewest is how many of a chat's orders are looked at where not all of them are.
const MaxNewest = 30

// NewestOrders lists the newest orders of the chat, at most limit, newest first. Several questions about an update look
// at them; they are read once, unless a later one needs more of them.
func (ld *Loader) NewestOrders(ctx context.Context, v *Session, limit int) ([]pipeline.Order, error) {
	if most := max(limit, MaxNewest); most > v.maxLatest {
		read, err := ld.store.Recent(ctx, v.Platform, v.Chat, most)
		if err != nil {
			return nil, err
		}
		v.latest, v.maxLatest = read, most
	}
	n := min(limit, len(v.latest))
	return v.latest[:n:n], nil
}

// RunsShop reports whether a person may do with the chat's shop whatever its owner may, as far as that is known
// without asking a platform.
func (ld *Loader) RunsShop(v *Session) bool {
	return !v.Group && !v.StoredChat.Group || v.StoredChat.BoundBy == v.Who() || v.Admin
}

// isAdmin goes by the user, so who writes in the name of a group is none. An id without its workspace
// means the one that the chat is in: a guest from another one may be called the same.
func (ld *Loader) isAdmin(v *Session) bool {
	guest := v.User.Team != "" && !strings.HasPrefix(v.Chat, v.User.Team+":")
	return !v.User.Anonymous && (ld.opts.Admins[v.Who()] || !guest && ld.opts.Admins[v.Platform+":"+v.User.ID])
}
