-- +goose Up

-- What is open for the longest time: of those that show no short yet, and the others.
DROP INDEX orders_longest;
CREATE INDEX orders_longest ON orders (placed) WHERE status = 'open' AND shown = 0;
CREATE INDEX orders_again ON orders (id) WHERE status = 'open' AND shown > 0;

-- The open orders among which it is chosen who goes on next. Postgres has them in a table. Here a change of an order
-- writes those indexes alone that have what has changed.
CREATE VIEW provider_queue AS SELECT id, shop, step, phase, reason, taken FROM orders WHERE status = 'open';

-- How many of a span's calls a provider may be working on.
DROP INDEX calls_open;
ALTER TABLE ledger_spans ADD COLUMN under_way integer NOT NULL DEFAULT 0;
UPDATE ledger_spans SET under_way = x.n FROM (
    SELECT begun / 10800000 AS span, provider, count(*) AS n FROM calls WHERE state IN ('begun', 'known') GROUP BY 1, 2) x
WHERE ledger_spans.span = x.span AND ledger_spans.provider = x.provider;

DROP TRIGGER calls_inserted;
DROP TRIGGER calls_updated;
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
    INSERT INTO ledger_spans (span, provider, calls, unknown, settled, estimated, under_way)
    SELECT NEW.begun / 10800000, NEW.provider, 1, CASE WHEN NEW.state = 'unknown' THEN 1 ELSE 0 END,
        CASE WHEN NEW.state = 'settled' THEN NEW.settled ELSE 0 END,
        (CASE WHEN NEW.state IN ('begun', 'known', 'unknown') THEN NEW.estimated ELSE 0 END),
        CASE WHEN NEW.state IN ('begun', 'known') THEN 1 ELSE 0 END
    WHERE NEW.state <> 'void'
    ON CONFLICT (span, provider) DO UPDATE SET calls = calls + excluded.calls, unknown = unknown + excluded.unknown,
        settled = settled + excluded.settled, estimated = estimated + excluded.estimated, under_way = under_way + excluded.under_way;
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
    INSERT INTO ledger_spans (span, provider, calls, unknown, settled, estimated, under_way)
    SELECT OLD.begun / 10800000, OLD.provider, -1, CASE WHEN OLD.state = 'unknown' THEN -1 ELSE 0 END,
        CASE WHEN OLD.state = 'settled' THEN -OLD.settled ELSE 0 END,
        -(CASE WHEN OLD.state IN ('begun', 'known', 'unknown') THEN OLD.estimated ELSE 0 END),
        CASE WHEN OLD.state IN ('begun', 'known') THEN -1 ELSE 0 END
    WHERE OLD.state <> 'void'
    ON CONFLICT (span, provider) DO UPDATE SET calls = calls + excluded.calls, unknown = unknown + excluded.unknown,
        settled = settled + excluded.settled, estimated = estimated + excluded.estimated, under_way = under_way + excluded.under_way;
    INSERT INTO ledger_spans (span, provider, calls, unknown, settled, estimated, under_way)
    SELECT NEW.begun / 10800000, NEW.provider, 1, CASE WHEN NEW.state = 'unknown' THEN 1 ELSE 0 END,
        CASE WHEN NEW.state = 'settled' THEN NEW.settled ELSE 0 END,
        (CASE WHEN NEW.state IN ('begun', 'known', 'unknown') THEN NEW.estimated ELSE 0 END),
        CASE WHEN NEW.state IN ('begun', 'known') THEN 1 ELSE 0 END
    WHERE NEW.state <> 'void'
    ON CONFLICT (span, provider) DO UPDATE SET calls = calls + excluded.calls, unknown = unknown + excluded.unknown,
        settled = settled + excluded.settled, estimated = estimated + excluded.estimated, under_way = under_way + excluded.under_way;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER calls_updated;
DROP TRIGGER calls_inserted;
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
ALTER TABLE ledger_spans DROP COLUMN under_way;
CREATE INDEX calls_open ON calls (provider) WHERE state IN ('begun', 'known');
DROP VIEW provider_queue;
DROP INDEX orders_again;
DROP INDEX orders_longest;
CREATE INDEX orders_longest ON orders ((CASE WHEN shown = 0 THEN placed ELSE since END)) WHERE status = 'open';
