-- +goose Up

-- Who does what only one process may do, and until when. Times are milliseconds since 1970 in UTC.
CREATE TABLE leases (
    name   text PRIMARY KEY,
    holder text NOT NULL,
    ends   bigint NOT NULL
);

-- +goose Down
DROP TABLE leases;
