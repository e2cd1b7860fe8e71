-- +goose Up

-- What the audit of past_orders has come to so far, by month, provider and kind: it goes through them by pages, and holds
-- the months of which nothing else is left against the sums that are kept.
CREATE TABLE audit_sums (
    name text PRIMARY KEY,
    n    bigint NOT NULL
);

-- +goose Down
DROP TABLE audit_sums;
