-- +goose Up

-- Who bound a chat to its shop: a user of its platform, empty where that isn't known. answered are the strangers of a
-- group who had an answer lately, as JSON.
ALTER TABLE chats ADD COLUMN bound_by text NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN answered text NOT NULL DEFAULT '';

-- Whether a shop has said that the prices it crosses out were really charged lately.
ALTER TABLE shops ADD COLUMN regular_real boolean NOT NULL DEFAULT false;

-- +goose Down
ALTER TABLE shops DROP COLUMN regular_real;
ALTER TABLE chats DROP COLUMN answered;
ALTER TABLE chats DROP COLUMN bound_by;
