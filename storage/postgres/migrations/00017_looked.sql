-- +goose Up

-- Up to when a chat's messages were looked through for those that no event told of, or when it was first heard of.
ALTER TABLE chats ADD COLUMN looked bigint NOT NULL DEFAULT 0;
UPDATE chats SET looked = heard;

-- +goose Down
ALTER TABLE chats DROP COLUMN looked;
