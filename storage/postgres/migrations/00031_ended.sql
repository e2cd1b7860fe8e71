-- +goose Up

-- A large table takes longer than a statement may.
SET LOCAL statement_timeout = 0;

-- When an order ended; 0 while it is open or parked. No step that goes on writes it, so what has ended is found by
-- an index, and changes of open orders stay within their page.
ALTER TABLE orders ADD COLUMN ended bigint NOT NULL DEFAULT 0;
UPDATE orders SET ended = changed WHERE status IN ('delivered', 'failed', 'cancelled');

-- What was delivered lately, what is to be emptied, and the same of a shop.
DROP INDEX orders_kept;
CREATE INDEX orders_kept ON orders (ended) WHERE emptied = 0 AND ended > 0;
CREATE INDEX orders_kept_shop ON orders (shop, id) WHERE shop <> 0 AND emptied = 0;
-- What failed lately.
DROP INDEX orders_failed;
CREATE INDEX orders_failed ON orders (ended) WHERE status = 'failed';

CREATE INDEX shops_gone ON shops (id) WHERE gone > 0;
CREATE INDEX chats_shop ON chats (shop) WHERE shop <> 0;

-- What may be deleted.
CREATE INDEX says_ended ON says (ended) WHERE ended > 0;
CREATE INDEX drafts_ends ON drafts (ends);
CREATE INDEX leases_ends ON leases (ends);
CREATE INDEX former_chats_at ON former_chats (at);

-- +goose Down
DROP INDEX former_chats_at;
DROP INDEX leases_ends;
DROP INDEX drafts_ends;
DROP INDEX says_ended;
DROP INDEX chats_shop;
DROP INDEX shops_gone;
DROP INDEX orders_failed;
CREATE INDEX orders_failed ON orders (id) WHERE status = 'failed';
DROP INDEX orders_kept_shop;
DROP INDEX orders_kept;
CREATE INDEX orders_kept ON orders (id) WHERE emptied = 0;
ALTER TABLE orders DROP COLUMN ended;
