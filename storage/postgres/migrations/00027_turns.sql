-- +goose Up

-- Orders that wait for their turn at a provider, and the calls that a provider may be working on.
CREATE INDEX orders_turn ON orders (step, due) WHERE status = 'open' AND reason = 'turn';
CREATE INDEX calls_open ON calls (provider) WHERE state IN ('begun', 'known');

-- +goose Down
DROP INDEX calls_open;
DROP INDEX orders_turn;
