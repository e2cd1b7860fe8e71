-- +goose Up

-- The current state of every order. Times are milliseconds since 1970 in UTC, 0 is no time.
CREATE TABLE orders (
    id         integer PRIMARY KEY AUTOINCREMENT,
    source     text NOT NULL UNIQUE,
    platform   text NOT NULL,
    chat       text NOT NULL,
    message    text NOT NULL,
    lang       text NOT NULL,
    photo_ref  text NOT NULL,
    photo_name text NOT NULL,
    placed     integer NOT NULL,
    changed    integer NOT NULL,
    status     text NOT NULL CHECK (status IN ('open', 'delivered', 'failed', 'cancelled', 'parked')),
    since      integer NOT NULL,
    step       text NOT NULL CHECK (step IN ('fetch', 'animate', 'render', 'deliver')),
    phase      text NOT NULL CHECK (phase IN ('ready', 'begun', 'waiting', 'unknown')),
    version    integer NOT NULL,
    due        integer NOT NULL,
    alarm      integer NOT NULL,
    alarm_due  integer NOT NULL,
    attempt    integer NOT NULL CHECK (attempt >= 0),
    again      integer NOT NULL CHECK (again >= 0),
    reason     text NOT NULL,
    detail     text NOT NULL,
    photo_key  text NOT NULL,
    clip_key   text NOT NULL,
    call_id    text NOT NULL,
    remote     text NOT NULL,
    progress   real NOT NULL,
    told       text NOT NULL,
    cut        integer NOT NULL CHECK (cut > 0)
);
-- What is open is little; an index on due would be written with every change.
CREATE INDEX orders_open ON orders (id) WHERE status = 'open';
CREATE INDEX orders_recent ON orders (platform, chat, id);

-- One row an edit; orders.cut is the current one.
CREATE TABLE cuts (
    order_id  integer NOT NULL REFERENCES orders,
    n         integer NOT NULL,
    words     text NOT NULL, -- JSON
    look      text NOT NULL,
    music     text NOT NULL,
    short_key text NOT NULL,
    receipt   text NOT NULL,
    PRIMARY KEY (order_id, n)
);

-- One row a version of an order, written with it.
CREATE TABLE history (
    order_id integer NOT NULL REFERENCES orders,
    version  integer NOT NULL,
    at       integer NOT NULL,
    status   text NOT NULL,
    step     text NOT NULL,
    phase    text NOT NULL,
    attempt  integer NOT NULL,
    note     text NOT NULL,
    PRIMARY KEY (order_id, version)
);

-- The ledger: one row a paid request. Credits are hundredths.
CREATE TABLE calls (
    id        text PRIMARY KEY,
    order_id  integer NOT NULL REFERENCES orders,
    cut       integer NOT NULL,
    step      text NOT NULL,
    provider  text NOT NULL,
    state     text NOT NULL CHECK (state IN ('begun', 'void', 'known', 'settled', 'refunded', 'unknown')),
    remote    text NOT NULL,
    estimated integer NOT NULL,
    settled   integer NOT NULL,
    begun     integer NOT NULL,
    ended     integer NOT NULL
);
CREATE INDEX calls_order ON calls (order_id);

-- When the last requests under each limit were made, as a JSON list.
CREATE TABLE limits (
    name text PRIMARY KEY,
    used text NOT NULL
);

-- +goose Down
DROP TABLE limits;
DROP TABLE calls;
DROP TABLE history;
DROP TABLE cuts;
DROP TABLE orders;
