-- +goose Up

-- Sums that are kept, so that nothing counts orders or calls again. Triggers change them in the transaction that
-- changes an order or the ledger, whatever changes it; rows that are deleted stay in the sums.

-- The orders that were placed on a day of Seoul, by how they stand now. Days are counted from 1970.
CREATE TABLE order_days (
    day    integer NOT NULL,
    status text NOT NULL,
    reason text NOT NULL, -- of those that failed or are parked
    n      integer NOT NULL,
    PRIMARY KEY (day, status, reason)
);

-- What a shop had in a month of Seoul (YYYYMM): orders placed in it that count, and what calls begun in it cost.
CREATE TABLE shop_months (
    month   integer NOT NULL,
    shop    integer NOT NULL,
    used    integer NOT NULL DEFAULT 0,
    clips   integer NOT NULL DEFAULT 0, -- credits: settled, or estimated while the price isn't known
    renders integer NOT NULL DEFAULT 0,
    unknown integer NOT NULL DEFAULT 0, -- calls of unknown outcome
    PRIMARY KEY (shop, month)
);
CREATE INDEX shop_months_dearest ON shop_months (month, clips, renders, shop);

-- What a provider's calls cost that were begun in three hours, counted from 1970: days of Seoul and of UTC begin with
-- one of them.
CREATE TABLE ledger_spans (
    span      integer NOT NULL,
    provider  text NOT NULL,
    calls     integer NOT NULL, -- but those that were certainly not accepted
    unknown   integer NOT NULL,
    settled   integer NOT NULL,
    estimated integer NOT NULL, -- of those that aren't settled and may have been accepted
    PRIMARY KEY (span, provider)
);

INSERT INTO order_days (day, status, reason, n)
SELECT (placed + 32400000) / 86400000, status, CASE WHEN status IN ('failed', 'parked') THEN reason ELSE '' END, count(*)
FROM orders GROUP BY 1, 2, 3;

INSERT INTO ledger_spans (span, provider, calls, unknown, settled, estimated)
SELECT begun / 10800000, provider, count(*), count(CASE WHEN state = 'unknown' THEN 1 END),
    sum(CASE WHEN state = 'settled' THEN settled ELSE 0 END),
    sum(CASE WHEN state IN ('begun', 'known', 'unknown') THEN estimated ELSE 0 END)
FROM calls WHERE state <> 'void' GROUP BY 1, 2;

INSERT INTO shop_months (month, shop, used, clips, renders, unknown)
SELECT month, shop, sum(used), sum(clips), sum(renders), sum(unknown) FROM (
    SELECT CAST(strftime('%Y%m', (o.placed + 32400000) / 1000, 'unixepoch') AS integer) AS month, o.shop,
        1 AS used, 0 AS clips, 0 AS renders, 0 AS unknown
    FROM orders o WHERE o.shown > 0 OR o.status NOT IN ('failed', 'cancelled')
        OR EXISTS (SELECT 1 FROM calls c WHERE c.order_id = o.id AND c.state NOT IN ('void', 'refunded'))
UNION ALL
    SELECT CAST(strftime('%Y%m', (c.begun + 32400000) / 1000, 'unixepoch') AS integer), o.shop, 0,
        CASE WHEN c.step <> 'animate' THEN 0 WHEN c.state = 'settled' THEN c.settled WHEN c.state IN ('begun', 'known', 'unknown') THEN c.estimated ELSE 0 END,
        CASE WHEN c.step = 'animate' THEN 0 WHEN c.state = 'settled' THEN c.settled WHEN c.state IN ('begun', 'known', 'unknown') THEN c.estimated ELSE 0 END,
        CASE WHEN c.state = 'unknown' THEN 1 ELSE 0 END
    FROM calls c JOIN orders o ON o.id = c.order_id
) parts GROUP BY month, shop HAVING sum(used) <> 0 OR sum(clips) <> 0 OR sum(renders) <> 0 OR sum(unknown) <> 0;

-- +goose StatementBegin
CREATE TRIGGER orders_inserted AFTER INSERT ON orders
BEGIN
    INSERT INTO order_days (day, status, reason, n) VALUES ((NEW.placed + 32400000) / 86400000, NEW.status,
        CASE WHEN NEW.status IN ('failed', 'parked') THEN NEW.reason ELSE '' END, 1)
    ON CONFLICT (day, status, reason) DO UPDATE SET n = n + excluded.n;
    INSERT INTO shop_months (month, shop, used)
    SELECT CAST(strftime('%Y%m', (NEW.placed + 32400000) / 1000, 'unixepoch') AS integer), NEW.shop, 1 WHERE (NEW.shown > 0 OR NEW.status NOT IN ('failed', 'cancelled'))
    ON CONFLICT (shop, month) DO UPDATE SET used = used + excluded.used;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER orders_updated AFTER UPDATE OF status, reason ON orders
WHEN OLD.status <> NEW.status OR OLD.reason <> NEW.reason AND NEW.status IN ('failed', 'parked')
BEGIN
    INSERT INTO order_days (day, status, reason, n) VALUES ((NEW.placed + 32400000) / 86400000, OLD.status,
        CASE WHEN OLD.status IN ('failed', 'parked') THEN OLD.reason ELSE '' END, -1)
    ON CONFLICT (day, status, reason) DO UPDATE SET n = n + excluded.n;
    INSERT INTO order_days (day, status, reason, n) VALUES ((NEW.placed + 32400000) / 86400000, NEW.status,
        CASE WHEN NEW.status IN ('failed', 'parked') THEN NEW.reason ELSE '' END, 1)
    ON CONFLICT (day, status, reason) DO UPDATE SET n = n + excluded.n;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER orders_counted AFTER UPDATE OF status, shown ON orders
WHEN (OLD.shown > 0 OR OLD.status NOT IN ('failed', 'cancelled')) <> (NEW.shown > 0 OR NEW.status NOT IN ('failed', 'cancelled'))
BEGIN
    INSERT INTO shop_months (month, shop, used)
    SELECT CAST(strftime('%Y%m', (NEW.placed + 32400000) / 1000, 'unixepoch') AS integer), NEW.shop, CASE WHEN (NEW.shown > 0 OR NEW.status NOT IN ('failed', 'cancelled')) THEN 1 ELSE -1 END WHERE NOT EXISTS (SELECT 1 FROM calls WHERE order_id = NEW.id AND state NOT IN ('void', 'refunded'))
    ON CONFLICT (shop, month) DO UPDATE SET used = used + excluded.used;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER calls_inserted AFTER INSERT ON calls
BEGIN
    INSERT INTO shop_months (month, shop, clips, renders, unknown)
    SELECT CAST(strftime('%Y%m', (NEW.begun + 32400000) / 1000, 'unixepoch') AS integer), shop,
        CASE WHEN NEW.step = 'animate' THEN (CASE NEW.state WHEN 'settled' THEN NEW.settled WHEN 'begun' THEN NEW.estimated WHEN 'known' THEN NEW.estimated WHEN 'unknown' THEN NEW.estimated ELSE 0 END) ELSE 0 END,
        CASE WHEN NEW.step = 'animate' THEN 0 ELSE (CASE NEW.state WHEN 'settled' THEN NEW.settled WHEN 'begun' THEN NEW.estimated WHEN 'known' THEN NEW.estimated WHEN 'unknown' THEN NEW.estimated ELSE 0 END) END,
        CASE WHEN NEW.state = 'unknown' THEN 1 ELSE 0 END
    FROM orders WHERE id = NEW.order_id AND NEW.state NOT IN ('void', 'refunded')
    ON CONFLICT (shop, month) DO UPDATE SET clips = clips + excluded.clips, renders = renders + excluded.renders, unknown = unknown + excluded.unknown;
    INSERT INTO shop_months (month, shop, used)
    SELECT CAST(strftime('%Y%m', (placed + 32400000) / 1000, 'unixepoch') AS integer), shop, 1 FROM orders
    WHERE id = NEW.order_id AND shown = 0 AND status IN ('failed', 'cancelled') AND NEW.state NOT IN ('void', 'refunded') AND NOT EXISTS (
        SELECT 1 FROM calls WHERE order_id = NEW.order_id AND id <> NEW.id AND state NOT IN ('void', 'refunded'))
    ON CONFLICT (shop, month) DO UPDATE SET used = used + excluded.used;
    INSERT INTO ledger_spans (span, provider, calls, unknown, settled, estimated)
    SELECT NEW.begun / 10800000, NEW.provider, 1, CASE WHEN NEW.state = 'unknown' THEN 1 ELSE 0 END,
        CASE WHEN NEW.state = 'settled' THEN NEW.settled ELSE 0 END,
        (CASE WHEN NEW.state IN ('begun', 'known', 'unknown') THEN NEW.estimated ELSE 0 END)
    WHERE NEW.state <> 'void'
    ON CONFLICT (span, provider) DO UPDATE SET calls = calls + excluded.calls, unknown = unknown + excluded.unknown,
        settled = settled + excluded.settled, estimated = estimated + excluded.estimated;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER calls_updated AFTER UPDATE OF state, settled, estimated, begun ON calls
WHEN OLD.state <> NEW.state OR OLD.settled <> NEW.settled OR OLD.estimated <> NEW.estimated OR OLD.begun <> NEW.begun
BEGIN
    INSERT INTO shop_months (month, shop, clips, renders, unknown)
    SELECT CAST(strftime('%Y%m', (OLD.begun + 32400000) / 1000, 'unixepoch') AS integer), shop,
        CASE WHEN OLD.step = 'animate' THEN -(CASE OLD.state WHEN 'settled' THEN OLD.settled WHEN 'begun' THEN OLD.estimated WHEN 'known' THEN OLD.estimated WHEN 'unknown' THEN OLD.estimated ELSE 0 END) ELSE 0 END,
        CASE WHEN OLD.step = 'animate' THEN 0 ELSE -(CASE OLD.state WHEN 'settled' THEN OLD.settled WHEN 'begun' THEN OLD.estimated WHEN 'known' THEN OLD.estimated WHEN 'unknown' THEN OLD.estimated ELSE 0 END) END,
        CASE WHEN OLD.state = 'unknown' THEN -1 ELSE 0 END
    FROM orders WHERE id = NEW.order_id AND OLD.state NOT IN ('void', 'refunded')
    ON CONFLICT (shop, month) DO UPDATE SET clips = clips + excluded.clips, renders = renders + excluded.renders, unknown = unknown + excluded.unknown;
    INSERT INTO shop_months (month, shop, clips, renders, unknown)
    SELECT CAST(strftime('%Y%m', (NEW.begun + 32400000) / 1000, 'unixepoch') AS integer), shop,
        CASE WHEN NEW.step = 'animate' THEN (CASE NEW.state WHEN 'settled' THEN NEW.settled WHEN 'begun' THEN NEW.estimated WHEN 'known' THEN NEW.estimated WHEN 'unknown' THEN NEW.estimated ELSE 0 END) ELSE 0 END,
        CASE WHEN NEW.step = 'animate' THEN 0 ELSE (CASE NEW.state WHEN 'settled' THEN NEW.settled WHEN 'begun' THEN NEW.estimated WHEN 'known' THEN NEW.estimated WHEN 'unknown' THEN NEW.estimated ELSE 0 END) END,
        CASE WHEN NEW.state = 'unknown' THEN 1 ELSE 0 END
    FROM orders WHERE id = NEW.order_id AND NEW.state NOT IN ('void', 'refunded')
    ON CONFLICT (shop, month) DO UPDATE SET clips = clips + excluded.clips, renders = renders + excluded.renders, unknown = unknown + excluded.unknown;
    INSERT INTO shop_months (month, shop, used)
    SELECT CAST(strftime('%Y%m', (placed + 32400000) / 1000, 'unixepoch') AS integer), shop, CASE WHEN NEW.state NOT IN ('void', 'refunded') THEN 1 ELSE -1 END FROM orders
    WHERE id = NEW.order_id AND shown = 0 AND status IN ('failed', 'cancelled') AND (OLD.state NOT IN ('void', 'refunded')) <> (NEW.state NOT IN ('void', 'refunded')) AND NOT EXISTS (
        SELECT 1 FROM calls WHERE order_id = NEW.order_id AND id <> NEW.id AND state NOT IN ('void', 'refunded'))
    ON CONFLICT (shop, month) DO UPDATE SET used = used + excluded.used;
    INSERT INTO ledger_spans (span, provider, calls, unknown, settled, estimated)
    SELECT OLD.begun / 10800000, OLD.provider, -1, CASE WHEN OLD.state = 'unknown' THEN -1 ELSE 0 END,
        CASE WHEN OLD.state = 'settled' THEN -OLD.settled ELSE 0 END,
        -(CASE WHEN OLD.state IN ('begun', 'known', 'unknown') THEN OLD.estimated ELSE 0 END)
    WHERE OLD.state <> 'void'
    ON CONFLICT (span, provider) DO UPDATE SET calls = calls + excluded.calls, unknown = unknown + excluded.unknown,
        settled = settled + excluded.settled, estimated = estimated + excluded.estimated;
    INSERT INTO ledger_spans (span, provider, calls, unknown, settled, estimated)
    SELECT NEW.begun / 10800000, NEW.provider, 1, CASE WHEN NEW.state = 'unknown' THEN 1 ELSE 0 END,
        CASE WHEN NEW.state = 'settled' THEN NEW.settled ELSE 0 END,
        (CASE WHEN NEW.state IN ('begun', 'known', 'unknown') THEN NEW.estimated ELSE 0 END)
    WHERE NEW.state <> 'void'
    ON CONFLICT (span, provider) DO UPDATE SET calls = calls + excluded.calls, unknown = unknown + excluded.unknown,
        settled = settled + excluded.settled, estimated = estimated + excluded.estimated;
END;
-- +goose StatementEnd

-- They were for what is kept now.
DROP INDEX orders_shop;

-- +goose Down
CREATE INDEX orders_shop ON orders (shop, placed) WHERE shop <> 0;
DROP TRIGGER calls_updated;
DROP TRIGGER calls_inserted;
DROP TRIGGER orders_counted;
DROP TRIGGER orders_updated;
DROP TRIGGER orders_inserted;
DROP TABLE ledger_spans;
DROP TABLE shop_months;
DROP TABLE order_days;
