package storagetest

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// PlaceAs places an order that stands so.
func PlaceAs(
	t *testing.T, e storage.Engine, source string, status pipeline.Status, step pipeline.Step, why pipeline.Reason,
) pipeline.Order {
	t.Helper()
	o := NewOrder(source, Later())
	o.Status, o.Step, o.Reason = status, step, why
	return Place(t, e, o)
}

// IDs are the orders' numbers.
func IDs(orders []pipeline.Order) []int64 {
	var ids []int64
	for _, o := range orders {
		ids = append(ids, o.ID)
	}
	return ids
}

// NewOrder is an order with something in each field, due at the given time.
func NewOrder(source string, due time.Time) pipeline.Order {
	return pipeline.Order{
		Source: source, Shop: 3,
		Thread: pipeline.Thread{Platform: "telegram", Chat: "77", Topic: "2", Message: "5", User: "501", Lang: "ko"},
		Maker:  "김사장",
		Photo:  pipeline.Photo{Ref: "AgACAgUAAx", Unique: "AQADx", Name: "점심.jpg", Bytes: 204_800, Opened: 1},
		Status: pipeline.Open, Step: pipeline.Fetch, Phase: pipeline.Ready, Due: due,
		Cut: pipeline.Cut{N: 1, Look: "warm", Music: "cafe", Words: pipeline.Words{
			Menu: "새우 파스타", Price: "18,000원", Won: 18000, Regular: 21000, Shop: "사장네", Logo: "shops/1/logo.png",
			Options: []pipeline.Option{{Name: "곱빼기", Won: 21000}}, Sticker: "신메뉴",
		}},
		Callback: "https://pos.example.com/hook?secret=7",
	}
}

// Place places an order that isn't there yet.
func Place(t *testing.T, e OrderStore, o pipeline.Order) pipeline.Order {
	t.Helper()
	placed, fresh, err := e.Place(t.Context(), o)
	Check(t, err)
	if !fresh {
		t.Fatalf("%q was there already", o.Source)
	}
	return placed
}

// Move moves an order, which must hold.
func Move(t *testing.T, e OrderStore, o pipeline.Order, m pipeline.Move) pipeline.Order {
	t.Helper()
	moved, err := e.Move(t.Context(), o, m)
	Check(t, err)
	return moved
}

// ReadOrder reads an order that is there.
func ReadOrder(t *testing.T, e OrderStore, id int64) pipeline.Order {
	t.Helper()
	o, err := e.Order(t.Context(), id)
	Check(t, err)
	return o
}
