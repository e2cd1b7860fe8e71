-- +goose Up

-- SQLite takes one lower bound of a range, and "ended > 0" would be it.
DROP INDEX orders_kept;
CREATE INDEX orders_kept ON orders (ended) WHERE emptied = 0 AND ended <> 0;

-- +goose Down
DROP INDEX orders_kept;
CREATE INDEX orders_kept ON orders (ended) WHERE emptied = 0 AND ended > 0;
