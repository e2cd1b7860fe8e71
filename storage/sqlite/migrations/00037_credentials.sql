-- +goose Up

-- What lets a browser or a program in to a shop: links to sign in with, sessions, tokens. hash is of what it shows us.
CREATE TABLE credentials (
    id     integer PRIMARY KEY AUTOINCREMENT,
    kind   text NOT NULL, -- link, session or token
    hash   text NOT NULL UNIQUE,
    shop   integer NOT NULL,
    chat   text NOT NULL,
    person text NOT NULL,
    lang   text NOT NULL,
    name   text NOT NULL,
    made   integer NOT NULL,
    used   integer NOT NULL,
    ends   integer NOT NULL, -- 0: it doesn't
    owner  boolean NOT NULL
);
CREATE INDEX credentials_shop ON credentials (shop, kind);

-- +goose Down
DROP TABLE credentials;
