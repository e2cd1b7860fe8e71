-- +goose Up

-- Where each audit of the ledger is: upto is the last order that it has looked at, 0 when it came to the end.
CREATE TABLE audits (
    name text PRIMARY KEY,
    at   bigint NOT NULL,
    upto bigint NOT NULL
);

-- What the audits found that doesn't add up, until they find that it does.
CREATE TABLE odd (
    order_id bigint NOT NULL,
    what     text NOT NULL,
    call_id  text NOT NULL,
    PRIMARY KEY (order_id, what, call_id)
);

-- +goose Down
DROP TABLE odd;
DROP TABLE audits;
