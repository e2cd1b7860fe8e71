-- +goose Up

-- Pictures that came with forms, until it is seen whether an order has them.
CREATE TABLE uploads (
    ref  text PRIMARY KEY, -- the blob
    shop integer NOT NULL,
    at   integer NOT NULL
);
CREATE INDEX uploads_at ON uploads (at);

-- What the person is called who asked for an order, or for a link: as the platform says.
ALTER TABLE orders ADD COLUMN maker text NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN maker text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE credentials DROP COLUMN maker;
ALTER TABLE orders DROP COLUMN maker;
DROP TABLE uploads;
