-- +goose Up

-- Which part of its photo an order shows, as JSON (pipeline.Framing). Photos of older orders are 9:16.
ALTER TABLE orders ADD COLUMN framing text NOT NULL DEFAULT '{}';

-- +goose Down
ALTER TABLE orders DROP COLUMN framing;
