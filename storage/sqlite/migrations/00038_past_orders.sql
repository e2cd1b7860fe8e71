-- +goose Up

-- What is left of an order whose keeping time is over: its row, cuts, history and calls are gone, and the sums that they
-- were counted in hold against this. spent is a JSON list of [provider, step, state, three hours of ledger_spans, calls,
-- credits]. source is 64 bits of the SHA-256 of orders.source, which was placed once and isn't again; 0: forgotten.
CREATE TABLE past_orders (
    id     integer PRIMARY KEY,
    source integer NOT NULL,
    shop   integer NOT NULL,
    placed integer NOT NULL,
    shown  boolean NOT NULL,
    status text NOT NULL,
    reason text NOT NULL,
    spent  text NOT NULL
);
CREATE INDEX past_orders_source ON past_orders (source) WHERE source <> 0;
CREATE INDEX past_orders_shop ON past_orders (shop) WHERE source <> 0 AND shop <> 0;

-- What is to become one.
CREATE INDEX orders_emptied ON orders (ended) WHERE emptied <> 0;

-- What may be deleted.
CREATE INDEX credentials_ends ON credentials (ends) WHERE ends <> 0;
DROP INDEX chats_strangers;
CREATE INDEX chats_strangers ON chats (heard) WHERE shop = 0;

-- +goose Down
DROP INDEX chats_strangers;
CREATE INDEX chats_strangers ON chats (platform, id) WHERE shop = 0;
DROP INDEX credentials_ends;
DROP INDEX orders_emptied;
DROP TABLE past_orders;
