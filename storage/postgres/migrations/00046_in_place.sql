-- +goose Up

-- A large table takes longer than a statement may.
SET LOCAL statement_timeout = 0;

-- Postgres writes an entry into each index of a row's table when a column of any of them changes, whether it is one of
-- its columns or of its condition. So that a step that goes on writes the order's row alone, no index of orders has
-- step, phase, since or changed in it any more, and none of calls has state.

-- What was taken under a limit is of no use after a crash: it is over by then, or found out again.
ALTER TABLE limits SET UNLOGGED;

DROP INDEX orders_turn;
DROP INDEX orders_under_way;
DROP INDEX orders_held;
DROP INDEX orders_render;
DROP INDEX orders_changed;
DROP INDEX orders_longest;
-- What is open for the longest time: of those that show no short yet, and the others.
CREATE INDEX orders_longest ON orders (placed) WHERE status = 'open' AND shown = 0;
CREATE INDEX orders_again ON orders (id) WHERE status = 'open' AND shown > 0;

-- The open orders among which it is chosen who goes on next: those that wait for their turn or are held back, those
-- whose clip is bought and whose render has not begun, and those whose clip is under way. A trigger keeps it. phase is
-- 'begun' for 'waiting' as well. Rows are locked after those of orders.
CREATE TABLE provider_queue (
    id     bigint PRIMARY KEY,
    shop   bigint NOT NULL,
    step   text NOT NULL,
    phase  text NOT NULL,
    reason text NOT NULL,
    taken  boolean NOT NULL
) WITH (fillfactor = 50);

-- Each condition is a statement's text.
CREATE INDEX provider_queue_turn ON provider_queue (shop, id)
    WHERE step = 'animate' AND phase = 'ready' AND reason = 'turn' AND NOT taken;
CREATE INDEX provider_queue_under_way ON provider_queue (step, shop) WHERE taken OR phase IN ('begun', 'waiting');
CREATE INDEX provider_queue_held ON provider_queue (reason, step, id)
    WHERE phase = 'ready' AND reason IN ('paused', 'budget');
CREATE INDEX provider_queue_render ON provider_queue (id) WHERE step = 'render' AND phase = 'ready';

INSERT INTO provider_queue (id, shop, step, phase, reason, taken)
SELECT id, shop, step, CASE phase WHEN 'waiting' THEN 'begun' ELSE phase END, reason, taken FROM orders
WHERE status = 'open' AND (step = 'render' AND phase = 'ready'
    OR step = 'animate' AND (phase IN ('begun', 'waiting') OR phase = 'ready' AND reason IN ('turn', 'paused', 'budget')));

-- +goose StatementBegin
CREATE FUNCTION queue_for_provider() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stage text := CASE NEW.phase WHEN 'waiting' THEN 'begun' ELSE NEW.phase END;
BEGIN
    IF NEW.status = 'open' AND (
        NEW.step = 'render' AND NEW.phase = 'ready'
        OR NEW.step = 'animate' AND (NEW.phase IN ('begun', 'waiting')
            OR NEW.phase = 'ready' AND NEW.reason IN ('turn', 'paused', 'budget'))) THEN
        UPDATE provider_queue SET shop = NEW.shop, step = NEW.step, phase = stage, reason = NEW.reason, taken = NEW.taken
        WHERE id = NEW.id;
        IF NOT FOUND THEN
            INSERT INTO provider_queue (id, shop, step, phase, reason, taken)
            VALUES (NEW.id, NEW.shop, NEW.step, stage, NEW.reason, NEW.taken);
        END IF;
    ELSE
        DELETE FROM provider_queue WHERE id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER orders_queue AFTER INSERT ON orders FOR EACH ROW
    WHEN (NEW.status = 'open' AND NEW.step IN ('animate', 'render')) EXECUTE FUNCTION queue_for_provider();
CREATE TRIGGER orders_requeue AFTER UPDATE ON orders FOR EACH ROW
    WHEN ((OLD.step IN ('animate', 'render') OR NEW.step IN ('animate', 'render'))
        AND (OLD.status <> NEW.status OR OLD.step <> NEW.step OR OLD.reason <> NEW.reason OR OLD.taken <> NEW.taken
            OR OLD.shop <> NEW.shop OR OLD.phase <> NEW.phase AND NOT (OLD.phase = 'begun' AND NEW.phase = 'waiting')))
    EXECUTE FUNCTION queue_for_provider();

-- history is written by the transaction that changes its order, so that to look for this order, and to lock it for
-- that, is to no end.
ALTER TABLE history DROP CONSTRAINT history_order_id_fkey;

-- A call changes four times within its page.
DROP INDEX calls_open;
ALTER TABLE calls SET (fillfactor = 70);

-- How many of a span's calls a provider may be working on.
ALTER TABLE ledger_spans ADD COLUMN under_way bigint NOT NULL DEFAULT 0;
UPDATE ledger_spans SET under_way = x.n FROM (
    SELECT begun / 10800000 AS span, provider, count(*) AS n FROM calls WHERE state IN ('begun', 'known') GROUP BY 1, 2) x
WHERE ledger_spans.span = x.span AND ledger_spans.provider = x.provider;

-- As before, but that a row that is there is changed without being locked first.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION sum_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted boolean := NEW.shown > 0 OR NEW.status NOT IN ('failed', 'cancelled');
    did     boolean := false;
    x       record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        did := OLD.shown > 0 OR OLD.status NOT IN ('failed', 'cancelled');
    END IF;
    FOR x IN
        SELECT (NEW.placed + 32400000) / 86400000 AS day, c.status,
            CASE WHEN c.status IN ('failed', 'parked') THEN c.reason ELSE '' END AS reason, sum(c.n) AS n
        FROM (VALUES (NEW.status, NEW.reason, 1), (CASE TG_OP WHEN 'UPDATE' THEN OLD.status END,
            CASE TG_OP WHEN 'UPDATE' THEN OLD.reason END, -1)) c (status, reason, n)
        WHERE c.status IS NOT NULL GROUP BY 2, 3 HAVING sum(c.n) <> 0 ORDER BY 2, 3
    LOOP
        UPDATE order_days SET n = n + x.n WHERE day = x.day AND status = x.status AND reason = x.reason;
        IF NOT FOUND THEN
            INSERT INTO order_days (day, status, reason, n) VALUES (x.day, x.status, x.reason, x.n)
            ON CONFLICT (day, status, reason) DO UPDATE SET n = order_days.n + excluded.n;
        END IF;
    END LOOP;
    IF counted <> did AND NOT EXISTS (SELECT 1 FROM calls WHERE order_id = NEW.id AND state NOT IN ('void', 'refunded')) THEN
        SELECT CAST(to_char(to_timestamp((NEW.placed + 32400000) / 1000) AT TIME ZONE 'UTC', 'YYYYMM') AS bigint) AS month,
            CASE WHEN counted THEN 1 ELSE -1 END AS n INTO x;
        UPDATE shop_months SET used = used + x.n WHERE shop = NEW.shop AND month = x.month;
        IF NOT FOUND THEN
            INSERT INTO shop_months (month, shop, used) VALUES (x.month, NEW.shop, x.n)
            ON CONFLICT (shop, month) DO UPDATE SET used = shop_months.used + excluded.used;
        END IF;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION sum_call() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    o    record;
    was  record := NEW; -- without a cost, when there was no such call
    paid boolean := NEW.state NOT IN ('void', 'refunded');
    did  boolean := false;
    x    record;
BEGIN
    SELECT shop, placed, shown, status INTO o FROM orders WHERE id = NEW.order_id;
    IF TG_OP = 'UPDATE' THEN
        was := OLD;
        did := OLD.state NOT IN ('void', 'refunded');
    ELSE
        was.state := 'void';
    END IF;
    FOR x IN
        SELECT m.month, sum(m.used) AS used, sum(m.clips) AS clips, sum(m.renders) AS renders, sum(m.unknown) AS unknown FROM (
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
        ) m GROUP BY m.month
            HAVING sum(m.used) <> 0 OR sum(m.clips) <> 0 OR sum(m.renders) <> 0 OR sum(m.unknown) <> 0 ORDER BY m.month
    LOOP
        UPDATE shop_months SET used = used + x.used, clips = clips + x.clips, renders = renders + x.renders,
            unknown = unknown + x.unknown WHERE shop = o.shop AND month = x.month;
        IF NOT FOUND THEN
            INSERT INTO shop_months (month, shop, used, clips, renders, unknown)
            VALUES (x.month, o.shop, x.used, x.clips, x.renders, x.unknown)
            ON CONFLICT (shop, month) DO UPDATE SET used = shop_months.used + excluded.used,
                clips = shop_months.clips + excluded.clips, renders = shop_months.renders + excluded.renders,
                unknown = shop_months.unknown + excluded.unknown;
        END IF;
    END LOOP;
    FOR x IN
        SELECT s.span, s.provider, sum(s.calls) AS calls, sum(s.unknown) AS unknown, sum(s.settled) AS settled,
            sum(s.estimated) AS estimated, sum(s.under_way) AS under_way FROM (
            SELECT c.begun / 10800000 AS span, c.provider, CASE WHEN c.state = 'void' THEN 0 ELSE c.way END AS calls,
                CASE WHEN c.state = 'unknown' THEN c.way ELSE 0 END AS unknown,
                CASE WHEN c.state = 'settled' THEN c.way * c.settled ELSE 0 END AS settled,
                CASE WHEN c.state IN ('begun', 'known', 'unknown') THEN c.way * c.estimated ELSE 0 END AS estimated,
                CASE WHEN c.state IN ('begun', 'known') THEN c.way ELSE 0 END AS under_way
            FROM (VALUES (-1, was.begun, was.provider, was.state, was.settled, was.estimated),
                (1, NEW.begun, NEW.provider, NEW.state, NEW.settled, NEW.estimated)) c (way, begun, provider, state, settled, estimated)
        ) s GROUP BY s.span, s.provider
        HAVING sum(s.calls) <> 0 OR sum(s.unknown) <> 0 OR sum(s.settled) <> 0 OR sum(s.estimated) <> 0 OR sum(s.under_way) <> 0
        ORDER BY s.span, s.provider
    LOOP
        UPDATE ledger_spans SET calls = calls + x.calls, unknown = unknown + x.unknown, settled = settled + x.settled,
            estimated = estimated + x.estimated, under_way = under_way + x.under_way WHERE span = x.span AND provider = x.provider;
        IF NOT FOUND THEN
            INSERT INTO ledger_spans (span, provider, calls, unknown, settled, estimated, under_way)
            VALUES (x.span, x.provider, x.calls, x.unknown, x.settled, x.estimated, x.under_way)
            ON CONFLICT (span, provider) DO UPDATE SET calls = ledger_spans.calls + excluded.calls,
                unknown = ledger_spans.unknown + excluded.unknown, settled = ledger_spans.settled + excluded.settled,
                estimated = ledger_spans.estimated + excluded.estimated, under_way = ledger_spans.under_way + excluded.under_way;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- The queue's jobs are found by neither, and each job that came or went was written into both.
DROP INDEX river_job_args_index;
DROP INDEX river_job_metadata_index;

-- +goose Down
CREATE INDEX river_job_metadata_index ON river_job USING GIN (metadata);
CREATE INDEX river_job_args_index ON river_job USING GIN (args);
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION sum_call() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION sum_order() RETURNS trigger LANGUAGE plpgsql AS $$
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
ALTER TABLE ledger_spans DROP COLUMN under_way;
ALTER TABLE calls RESET (fillfactor);
CREATE INDEX calls_open ON calls (provider) WHERE state IN ('begun', 'known');
ALTER TABLE history ADD CONSTRAINT history_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders;
DROP TRIGGER orders_requeue ON orders;
DROP TRIGGER orders_queue ON orders;
DROP FUNCTION queue_for_provider;
DROP TABLE provider_queue;
DROP INDEX orders_again;
DROP INDEX orders_longest;
CREATE INDEX orders_turn ON orders (shop, id)
    WHERE status = 'open' AND step = 'animate' AND phase = 'ready' AND reason = 'turn' AND NOT taken;
CREATE INDEX orders_under_way ON orders (step, shop) WHERE status = 'open' AND (taken OR phase IN ('begun', 'waiting'));
CREATE INDEX orders_held ON orders (reason, step, id)
    WHERE status = 'open' AND phase = 'ready' AND reason IN ('paused', 'budget');
CREATE INDEX orders_longest ON orders ((CASE WHEN shown = 0 THEN placed ELSE since END)) WHERE status = 'open';
CREATE INDEX orders_changed ON orders (changed, id, step, status) WHERE status = 'open';
CREATE INDEX orders_render ON orders (id) WHERE status = 'open' AND step = 'render' AND phase = 'ready';
ALTER TABLE limits SET LOGGED;
