-- +goose Up

-- The W3C trace context of the span that took an order in, which all its later spans hang below, whichever process
-- makes them; empty: it isn't traced.
ALTER TABLE orders ADD COLUMN traceparent text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE orders DROP COLUMN traceparent;
