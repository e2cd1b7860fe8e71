-- +goose Up

-- How often an order's photo was begun to be opened, and nothing was heard of it again.
ALTER TABLE orders ADD COLUMN photo_opened bigint NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE orders DROP COLUMN photo_opened;
