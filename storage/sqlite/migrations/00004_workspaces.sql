-- +goose Up

-- Places with many chats in them that have let us in. sealed is what opens one, encrypted.
CREATE TABLE workspaces (
    platform text NOT NULL,
    id       text NOT NULL,
    name     text NOT NULL,
    sealed   text NOT NULL, -- base64
    joined   integer NOT NULL,
    PRIMARY KEY (platform, id)
);

-- +goose Down
DROP TABLE workspaces;
