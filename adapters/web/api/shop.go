package api

import (
	"net/http"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/view"
)

type shop struct {
	Name     string   `json:"name"`
	Language string   `json:"language"`
	Look     string   `json:"look"` // what an order has unless it says otherwise
	Music    string   `json:"music"`
	Looks    []string `json:"looks"` // what it may say
	Pieces   []string `json:"pieces"`
}

func (a *API) shop(w http.ResponseWriter, _ *http.Request, c *Caller) error {
	s := shop{c.Shop.Name, c.Lang, c.Shop.Look, view.MusicName(c.Shop.Music), a.opts.Looks, a.pieces(c)}
	if s.Look == "" {
		s.Look = a.opts.Looks[0]
	}
	if s.Music == "" {
		s.Music = a.opts.Music[0]
	}
	return answer(w, http.StatusOK, s)
}

type usage struct {
	Used   int       `json:"used"`
	Limit  *int      `json:"limit"` // null: as many as it likes
	Renews time.Time `json:"renews"`
}

// usage is how many shorts the shop has had this month, and may have.
func (a *API) usage(w http.ResponseWriter, r *http.Request, c *Caller) error {
	used, limit, err := a.opts.Conversation.UsedThisMonth(r.Context(), c.Shop)
	if err != nil {
		return err
	}
	u := usage{Used: used, Renews: a.opts.Conversation.NextMonth(time.Now())}
	if limit > 0 {
		u.Limit = &limit
	}
	return answer(w, http.StatusOK, u)
}
