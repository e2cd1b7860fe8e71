-- +goose Up

-- A large table takes longer than a statement may.
SET LOCAL statement_timeout = 0;

-- Sums that are kept, so that nothing counts orders or calls again. Triggers change them in the transaction that
-- changes an order or the ledger, whatever changes it; rows that are deleted stay in the sums. Rows are locked in one
-- order: orders, order_days, shop_months, ledger_spans.

-- The orders that were placed on a day of Seoul, by how they stand now. Days are counted from 1970.
CREATE TABLE order_days (
    day    bigint NOT NULL,
    status text NOT NULL,
    reason text NOT NULL, -- of those that failed or are parked
    n      bigint NOT NULL,
    PRIMARY KEY (day, status, reason)
) WITH (fillfactor = 50);

-- What a shop had in a month of Seoul (YYYYMM): orders placed in it that count, and what calls begun in it cost.
CREATE TABLE shop_months (
    month   bigint NOT NULL,
    shop    bigint NOT NULL,
    used    bigint NOT NULL DEFAULT 0,
    clips   bigint NOT NULL DEFAULT 0, -- credits: settled, or estimated while the price isn't known
    renders bigint NOT NULL DEFAULT 0,
    unknown bigint NOT NULL DEFAULT 0, -- calls of unknown outcome
    PRIMARY KEY (shop, month)
) WITH (fillfactor = 50);
CREATE INDEX shop_months_dearest ON shop_months (month, clips, renders, shop);

-- What a provider's calls cost that were begun in three hours, counted from 1970: days of Seoul and of UTC begin with
-- one of them.
CREATE TABLE ledger_spans (
    span      bigint NOT NULL,
    provider  text NOT NULL,
    calls     bigint NOT NULL, -- but those that were certainly not accepted
    unknown   bigint NOT NULL,
    settled   bigint NOT NULL,
    estimated bigint NOT NULL, -- of those that aren't settled and may have been accepted
    PRIMARY KEY (span, provider)
) WITH (fillfactor = 50);

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
    SELECT CAST(to_char(to_timestamp((o.placed + 32400000) / 1000) AT TIME ZONE 'UTC', 'YYYYMM') AS bigint) AS month, o.shop,
        1 AS used, 0 AS clips, 0 AS renders, 0 AS unknown
    FROM orders o WHERE o.shown > 0 OR o.status NOT IN ('failed', 'cancelled')
        OR EXISTS (SELECT 1 FROM calls c WHERE c.order_id = o.id AND c.state NOT IN ('void', 'refunded'))
UNION ALL
    SELECT CAST(to_char(to_timestamp((c.begun + 32400000) / 1000) AT TIME ZONE 'UTC', 'YYYYMM') AS bigint), o.shop, 0,
        CASE WHEN c.step <> 'animate' THEN 0 WHEN c.state = 'settled' THEN c.settled WHEN c.state IN ('begun', 'known', 'unknown') THEN c.estimated ELSE 0 END,
        CASE WHEN c.step = 'animate' THEN 0 WHEN c.state = 'settled' THEN c.settled WHEN c.state IN ('begun', 'known', 'unknown') THEN c.estimated ELSE 0 END,
        CASE WHEN c.state = 'unknown' THEN 1 ELSE 0 END
    FROM calls c JOIN orders o ON o.id = c.order_id
) parts GROUP BY month, shop HAVING sum(used) <> 0 OR sum(clips) <> 0 OR sum(renders) <> 0 OR sum(unknown) <> 0;

-- +goose StatementBegin
CREATE FUNCTION sum_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted boolean := NEW.shown > 0 OR NEW.status NOT IN ('failed', 'cancelled');
    did     boolean := false;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO order_days (day, status, reason, n) VALUES ((NEW.placed + 32400000) / 86400000, NEW.status,
            CASE WHEN NEW.status IN ('failed', 'parked') THEN NEW.reason ELSE '' END, 1)
        ON CONFLICT (day, status, reason) DO UPDATE SET n = order_days.n + 1;
    ELSE
        INSERT INTO order_days (day, status, reason, n)
        SELECT (NEW.placed + 32400000) / 86400000, x.status, x.reason, sum(x.n) FROM (VALUES
            (OLD.status, CASE WHEN OLD.status IN ('failed', 'parked') THEN OLD.reason ELSE '' END, -1),
            (NEW.status, CASE WHEN NEW.status IN ('failed', 'parked') THEN NEW.reason ELSE '' END, 1)) x (status, reason, n)
        GROUP BY 2, 3 HAVING sum(x.n) <> 0 ORDER BY 2, 3
        ON CONFLICT (day, status, reason) DO UPDATE SET n = order_days.n + excluded.n;
        did := OLD.shown > 0 OR OLD.status NOT IN ('failed', 'cancelled');
    END IF;
    IF counted <> did AND NOT EXISTS (SELECT 1 FROM calls WHERE order_id = NEW.id AND state NOT IN ('void', 'refunded')) THEN
        INSERT INTO shop_months (month, shop, used) VALUES (
            CAST(to_char(to_timestamp((NEW.placed + 32400000) / 1000) AT TIME ZONE 'UTC', 'YYYYMM') AS bigint), NEW.shop,
            CASE WHEN counted THEN 1 ELSE -1 END)
        ON CONFLICT (shop, month) DO UPDATE SET used = shop_months.used + excluded.used;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER orders_inserted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION sum_order();
CREATE TRIGGER orders_updated AFTER UPDATE ON orders FOR EACH ROW
    WHEN (OLD.status <> NEW.status OR OLD.reason <> NEW.reason AND NEW.status IN ('failed', 'parked') OR (OLD.shown > 0) <> (NEW.shown > 0))
    EXECUTE FUNCTION sum_order();

-- +goose StatementBegin
CREATE FUNCTION sum_call() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    o    record;
    was  record := NEW; -- without a cost, when there was no such call
    paid boolean := NEW.state NOT IN ('void', 'refunded');
    did  boolean := false;
BEGIN
    SELECT shop, placed, shown, status INTO o FROM orders WHERE id = NEW.order_id;
    IF TG_OP = 'UPDATE' THEN
        was := OLD;
        did := OLD.state NOT IN ('void', 'refunded');
    ELSE
        was.state := 'void';
    END IF;
    INSERT INTO shop_months (month, shop, used, clips, renders, unknown)
    SELECT x.month, o.shop, sum(x.used), sum(x.clips), sum(x.renders), sum(x.unknown) FROM (
        SELECT CAST(to_char(to_timestamp((c.begun + 32400000) / 1000) AT TIME ZONE 'UTC', 'YYYYMM') AS bigint) AS month, 0 AS used,
            CASE WHEN c.step = 'animate' THEN c.way * c.cost ELSE 0 END AS clips,
            CASE WHEN c.step = 'animate' THEN 0 ELSE c.way * c.cost END AS renders,
            CASE WHEN c.state = 'unknown' THEN c.way ELSE 0 END AS unknown
        FROM (SELECT y.*, CASE WHEN y.state = 'settled' THEN y.settled
                WHEN y.state IN ('begun', 'known', 'unknown') THEN y.estimated ELSE 0 END AS cost
            FROM (VALUES (-1, was.begun, was.step, was.state, was.settled, was.estimated),
                (1, NEW.begun, NEW.step, NEW.state, NEW.settled, NEW.estimated)) y (way, begun, step, state, settled, estimated)) c
    UNION ALL
        SELECT CAST(to_char(to_timestamp((o.placed + 32400000) / 1000) AT TIME ZONE 'UTC', 'YYYYMM') AS bigint),
            CASE WHEN paid THEN 1 ELSE -1 END, 0, 0, 0
        WHERE paid <> did AND o.shown = 0 AND o.status IN ('failed', 'cancelled') AND NOT EXISTS (
            SELECT 1 FROM calls WHERE order_id = NEW.order_id AND id <> NEW.id AND state NOT IN ('void', 'refunded'))
    ) x GROUP BY x.month HAVING sum(x.used) <> 0 OR sum(x.clips) <> 0 OR sum(x.renders) <> 0 OR sum(x.unknown) <> 0 ORDER BY x.month
    ON CONFLICT (shop, month) DO UPDATE SET used = shop_months.used + excluded.used, clips = shop_months.clips + excluded.clips,
        renders = shop_months.renders + excluded.renders, unknown = shop_months.unknown + excluded.unknown;
    INSERT INTO ledger_spans (span, provider, calls, unknown, settled, estimated)
    SELECT x.span, x.provider, sum(x.calls), sum(x.unknown), sum(x.settled), sum(x.estimated) FROM (
        SELECT c.begun / 10800000 AS span, c.provider, CASE WHEN c.state = 'void' THEN 0 ELSE c.way END AS calls,
            CASE WHEN c.state = 'unknown' THEN c.way ELSE 0 END AS unknown,
            CASE WHEN c.state = 'settled' THEN c.way * c.settled ELSE 0 END AS settled,
            CASE WHEN c.state IN ('begun', 'known', 'unknown') THEN c.way * c.estimated ELSE 0 END AS estimated
        FROM (VALUES (-1, was.begun, was.provider, was.state, was.settled, was.estimated),
            (1, NEW.begun, NEW.provider, NEW.state, NEW.settled, NEW.estimated)) c (way, begun, provider, state, settled, estimated)
    ) x GROUP BY x.span, x.provider HAVING sum(x.calls) <> 0 OR sum(x.unknown) <> 0 OR sum(x.settled) <> 0 OR sum(x.estimated) <> 0
    ORDER BY x.span, x.provider
    ON CONFLICT (span, provider) DO UPDATE SET calls = ledger_spans.calls + excluded.calls, unknown = ledger_spans.unknown + excluded.unknown,
        settled = ledger_spans.settled + excluded.settled, estimated = ledger_spans.estimated + excluded.estimated;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER calls_inserted AFTER INSERT ON calls FOR EACH ROW EXECUTE FUNCTION sum_call();
CREATE TRIGGER calls_updated AFTER UPDATE ON calls FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.settled <> NEW.settled OR OLD.estimated <> NEW.estimated OR OLD.begun <> NEW.begun)
    EXECUTE FUNCTION sum_call();

-- They were for what is kept now.
DROP INDEX orders_shop;

-- +goose Down
CREATE INDEX orders_shop ON orders (shop, placed) WHERE shop <> 0;
DROP TRIGGER calls_updated ON calls;
DROP TRIGGER calls_inserted ON calls;
DROP TRIGGER orders_updated ON orders;
DROP TRIGGER orders_inserted ON orders;
DROP FUNCTION sum_call;
DROP FUNCTION sum_order;
DROP TABLE ledger_spans;
DROP TABLE shop_months;
DROP TABLE order_days;
