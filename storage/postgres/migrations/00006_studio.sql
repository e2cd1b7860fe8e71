-- +goose Up

-- Why an order's shorts show the photo itself instead of a clip; the shape of what a cut becomes; what an
-- operator should know of a paid call.
ALTER TABLE orders ADD COLUMN plain text NOT NULL DEFAULT '';
ALTER TABLE cuts ADD COLUMN size text NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN note text NOT NULL DEFAULT '';

-- A shop's own piece of music: its blob, and the address that it is still to be fetched from.
ALTER TABLE shops ADD COLUMN track text NOT NULL DEFAULT '';
ALTER TABLE shops ADD COLUMN new_track text NOT NULL DEFAULT '';

-- What was placed in some time, and how it stands, from the index alone; all that failed. A step that goes on
-- writes neither.
CREATE INDEX orders_placed ON orders (placed, status);
CREATE INDEX orders_failed ON orders (id) WHERE status = 'failed';

-- +goose Down
DROP INDEX orders_failed;
DROP INDEX orders_placed;
ALTER TABLE shops DROP COLUMN new_track;
ALTER TABLE shops DROP COLUMN track;
ALTER TABLE calls DROP COLUMN note;
ALTER TABLE cuts DROP COLUMN size;
ALTER TABLE orders DROP COLUMN plain;
