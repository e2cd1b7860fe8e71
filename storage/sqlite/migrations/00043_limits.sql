-- +goose Up

-- Orders whose clip is bought and whose render has not begun, the oldest first.
CREATE INDEX orders_render ON orders (id) WHERE status = 'open' AND step = 'render' AND phase = 'ready';

-- Which messages of a chat go first: see bot.Priority.
ALTER TABLE says ADD COLUMN priority integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE says DROP COLUMN priority;
DROP INDEX orders_render;
