-- +goose Up

-- When an order's words and files were taken away; its numbers stay. No step ever writes it, so an index of
-- those that still have them costs nothing but an entry for each order.
ALTER TABLE orders ADD COLUMN emptied integer NOT NULL DEFAULT 0;
CREATE INDEX orders_kept ON orders (id) WHERE emptied = 0;
CREATE INDEX orders_parked ON orders (id) WHERE status = 'parked';

-- When a shop was forgotten: what it ordered before is to be emptied. old_logo is the blob that it leaves behind.
ALTER TABLE shops ADD COLUMN gone integer NOT NULL DEFAULT 0;
ALTER TABLE shops ADD COLUMN old_logo text NOT NULL DEFAULT '';

-- What was spent since a time.
CREATE INDEX calls_begun ON calls (begun);

-- What admins did. Times are milliseconds since 1970 in UTC.
CREATE TABLE deeds (
    id      integer PRIMARY KEY AUTOINCREMENT,
    at      integer NOT NULL,
    who     text NOT NULL,
    what    text NOT NULL,
    outcome text NOT NULL
);

-- Switches of the whole service.
CREATE TABLE switches (
    name  text PRIMARY KEY,
    value text NOT NULL
);

-- What ops were told of and goes on.
CREATE TABLE incidents (
    key   text PRIMARY KEY,
    body  text NOT NULL,
    since integer NOT NULL
);

-- +goose Down
DROP TABLE incidents;
DROP TABLE switches;
DROP TABLE deeds;
DROP INDEX calls_begun;
ALTER TABLE shops DROP COLUMN old_logo;
ALTER TABLE shops DROP COLUMN gone;
DROP INDEX orders_parked;
DROP INDEX orders_kept;
ALTER TABLE orders DROP COLUMN emptied;
