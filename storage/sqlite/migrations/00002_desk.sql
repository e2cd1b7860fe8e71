-- +goose Up

ALTER TABLE orders ADD COLUMN shop integer NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN topic text NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN usr text NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN photo_unique text NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN photo_bytes integer NOT NULL DEFAULT 0;
-- How many cuts there have been; the last one that was delivered.
ALTER TABLE orders ADD COLUMN cuts integer NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN shown integer NOT NULL DEFAULT 0;
UPDATE orders SET shown = cut WHERE status = 'delivered';
-- What a shop used in a month. Orders of no shop are in no index more than before.
CREATE INDEX orders_shop ON orders (shop, placed) WHERE shop <> 0;

-- The chats that were heard of. version is the fence of whatever an update leads to.
CREATE TABLE chats (
    platform text NOT NULL,
    id       text NOT NULL,
    version  integer NOT NULL,
    shop     integer NOT NULL,
    lang     text NOT NULL,
    grp      boolean NOT NULL,
    away     boolean NOT NULL,
    heard    integer NOT NULL,
    PRIMARY KEY (platform, id)
);

CREATE TABLE shops (
    id       integer PRIMARY KEY AUTOINCREMENT,
    version  integer NOT NULL,
    name     text NOT NULL,
    logo     text NOT NULL,
    look     text NOT NULL,
    music    text NOT NULL,
    monthly  integer NOT NULL,
    new_logo text NOT NULL, -- JSON
    made     integer NOT NULL
);

CREATE TABLE invites (
    code    text PRIMARY KEY,
    shop    integer NOT NULL,
    name    text NOT NULL,
    maker   text NOT NULL,
    expires integer NOT NULL,
    used    integer NOT NULL
);

-- Orders that aren't one yet. chat and question stand beside the body, since they change without it.
CREATE TABLE drafts (
    id       integer PRIMARY KEY,
    platform text NOT NULL,
    chat     text NOT NULL,
    question text NOT NULL,
    made     integer NOT NULL,
    ends     integer NOT NULL,
    body     text NOT NULL  -- JSON
);
CREATE INDEX drafts_chat ON drafts (platform, chat, ends);

-- What is to be said, in the order of its numbers in each chat. ended is 0 until it was.
CREATE TABLE says (
    id       integer PRIMARY KEY AUTOINCREMENT,
    platform text NOT NULL,
    chat     text NOT NULL,
    draft    integer NOT NULL,
    answer   boolean NOT NULL,
    body     text NOT NULL, -- JSON
    made     integer NOT NULL,
    claimed  integer NOT NULL, -- until then
    ended    integer NOT NULL,
    message  text NOT NULL
);
CREATE INDEX says_open ON says (platform, chat, id) WHERE ended = 0;
CREATE INDEX says_message ON says (platform, chat, message) WHERE message <> '';

-- Updates that were committed, for as long as a platform may send one again.
CREATE TABLE updates (
    key text PRIMARY KEY,
    at  integer NOT NULL
);
CREATE INDEX updates_at ON updates (at);

-- +goose Down
DROP TABLE updates;
DROP TABLE says;
DROP TABLE drafts;
DROP TABLE invites;
DROP TABLE shops;
DROP TABLE chats;
DROP INDEX orders_shop;
ALTER TABLE orders DROP COLUMN shown;
ALTER TABLE orders DROP COLUMN cuts;
ALTER TABLE orders DROP COLUMN photo_bytes;
ALTER TABLE orders DROP COLUMN photo_unique;
ALTER TABLE orders DROP COLUMN usr;
ALTER TABLE orders DROP COLUMN topic;
ALTER TABLE orders DROP COLUMN shop;
