-- +goose Up

-- Which shop a chat had that was forgotten, until the month is over: else to be forgotten would begin a new month. chat
-- is a hash of its platform and id. A shop that such a chat comes back with names the one that it had.
CREATE TABLE former_chats (
    chat text PRIMARY KEY,
    shop bigint NOT NULL,
    at   bigint NOT NULL
);
ALTER TABLE shops ADD COLUMN former bigint NOT NULL DEFAULT 0;

-- Orders whose photo was refused; what became of their shorts is another matter.
CREATE INDEX orders_refused ON orders (placed) WHERE reason = 'photo_refused' OR plain = 'photo_refused';

-- +goose Down
DROP INDEX orders_refused;
ALTER TABLE shops DROP COLUMN former;
DROP TABLE former_chats;
