-- +goose Up

-- The process that has placed an order, which opens its photo and begins its progress line; empty once it is gone.
ALTER TABLE orders ADD COLUMN placed_by text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE orders DROP COLUMN placed_by;
