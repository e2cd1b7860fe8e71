-- +goose Up

-- Since when an order's step fails, for what reason, and whom it waits for. A parked order keeps the last of them.
ALTER TABLE orders ADD COLUMN failing bigint NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN trouble text NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN service text NOT NULL DEFAULT '';
CREATE INDEX orders_troubled ON orders (failing) WHERE failing > 0;

-- +goose Down
DROP INDEX orders_troubled;
ALTER TABLE orders DROP COLUMN service;
ALTER TABLE orders DROP COLUMN trouble;
ALTER TABLE orders DROP COLUMN failing;
