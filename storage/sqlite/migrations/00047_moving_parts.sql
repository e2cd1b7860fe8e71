-- +goose Up

-- As on Postgres, where they cost more than they are worth.
DROP INDEX orders_longest;
DROP INDEX orders_placed;
CREATE INDEX orders_placed ON orders (placed);
DROP INDEX shop_months_dearest;
CREATE INDEX shop_months_dearest ON shop_months (month, clips, shop);

-- +goose Down
DROP INDEX shop_months_dearest;
CREATE INDEX shop_months_dearest ON shop_months (month, clips, renders, shop);
DROP INDEX orders_placed;
CREATE INDEX orders_placed ON orders (placed, status);
CREATE INDEX orders_longest ON orders (placed) WHERE status = 'open' AND shown = 0;
