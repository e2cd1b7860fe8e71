-- +goose Up

-- The https address that a program which ordered is told at how its order ended; empty: none. It may carry a secret.
ALTER TABLE orders ADD COLUMN callback text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE orders DROP COLUMN callback;
