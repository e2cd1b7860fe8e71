-- +goose Up

-- What, with SECRET_KEY, makes the secret that a shop's callbacks are signed with; empty: it has none. By itself it is
-- worth nothing.
ALTER TABLE shops ADD COLUMN webhook text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE shops DROP COLUMN webhook;
