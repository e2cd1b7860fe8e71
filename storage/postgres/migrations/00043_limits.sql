-- +goose Up

-- Orders whose clip is bought and whose render has not begun, the oldest first.
CREATE INDEX orders_render ON orders (id) WHERE status = 'open' AND step = 'render' AND phase = 'ready';

-- When the next turn of a limit is due, in microseconds since 1970. It is of no use after a crash.
CREATE UNLOGGED TABLE slots (name text PRIMARY KEY, next bigint NOT NULL);

-- Which messages of a chat go first: see bot.Priority.
ALTER TABLE says ADD COLUMN priority smallint NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE says DROP COLUMN priority;
DROP TABLE slots;
DROP INDEX orders_render;
