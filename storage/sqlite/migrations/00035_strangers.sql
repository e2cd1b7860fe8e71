-- +goose Up

-- What may be deleted: codes that are over, and chats that never came to have a shop.
CREATE INDEX invites_expires ON invites (expires);
CREATE INDEX chats_strangers ON chats (platform, id) WHERE shop = 0;

-- +goose Down
DROP INDEX chats_strangers;
DROP INDEX invites_expires;
