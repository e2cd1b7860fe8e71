-- +goose Up

-- Whether the turn of an order has come that waits for one, and it has not begun yet. False for all others.
ALTER TABLE orders ADD COLUMN taken integer NOT NULL DEFAULT 0;

-- Orders that wait for a clip, and orders that are at a provider or whose turn has come. Neither has due in it: that
-- would be written each time that an order is looked at.
DROP INDEX orders_turn;
CREATE INDEX orders_turn ON orders (shop, id)
    WHERE status = 'open' AND step = 'animate' AND phase = 'ready' AND reason = 'turn' AND NOT taken;
CREATE INDEX orders_under_way ON orders (step, shop) WHERE status = 'open' AND (taken OR phase IN ('begun', 'waiting'));

-- Orders that a pause or a budget holds back; of all that are open which has been so for the longest time; and which has
-- not changed for the longest time, with the steps to be counted.
CREATE INDEX orders_held ON orders (reason, step, id)
    WHERE status = 'open' AND phase = 'ready' AND reason IN ('paused', 'budget');
CREATE INDEX orders_longest ON orders ((CASE WHEN shown = 0 THEN placed ELSE since END)) WHERE status = 'open';
CREATE INDEX orders_changed ON orders (changed, id, step, status) WHERE status = 'open';

-- The shops with orders that wait for a clip, so that none reads all of these orders to see who is first. first is
-- never above the number of the shop's first one. It may be below it, and a shop of which none waits may have a row,
-- until TakeTurns comes to it. entered counts the orders that came to wait, so that none of these is missed there.
CREATE TABLE turns (
    shop    integer PRIMARY KEY,
    first   integer NOT NULL,
    entered integer NOT NULL
);
CREATE INDEX turns_first ON turns (first);

INSERT INTO turns (shop, first, entered)
SELECT shop, min(id), count(*) FROM orders
WHERE status = 'open' AND step = 'animate' AND phase = 'ready' AND reason = 'turn' GROUP BY shop;

-- +goose StatementBegin
CREATE TRIGGER orders_entered AFTER INSERT ON orders
WHEN NEW.status = 'open' AND NEW.step = 'animate' AND NEW.phase = 'ready' AND NEW.reason = 'turn' AND NOT NEW.taken
BEGIN
    INSERT INTO turns (shop, first, entered) VALUES (NEW.shop, NEW.id, 1)
    ON CONFLICT (shop) DO UPDATE SET first = min(first, excluded.first), entered = entered + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER orders_enter AFTER UPDATE OF status, step, phase, reason, taken, shop ON orders
WHEN NEW.status = 'open' AND NEW.step = 'animate' AND NEW.phase = 'ready' AND NEW.reason = 'turn' AND NOT NEW.taken
    AND NOT (OLD.status = 'open' AND OLD.step = 'animate' AND OLD.phase = 'ready' AND OLD.reason = 'turn'
        AND NOT OLD.taken AND OLD.shop = NEW.shop)
BEGIN
    INSERT INTO turns (shop, first, entered) VALUES (NEW.shop, NEW.id, 1)
    ON CONFLICT (shop) DO UPDATE SET first = min(first, excluded.first), entered = entered + 1;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER orders_enter;
DROP TRIGGER orders_entered;
DROP TABLE turns;
DROP INDEX orders_longest;
DROP INDEX orders_changed;
DROP INDEX orders_held;
DROP INDEX orders_under_way;
DROP INDEX orders_turn;
ALTER TABLE orders DROP COLUMN taken;
CREATE INDEX orders_turn ON orders (step, due) WHERE status = 'open' AND reason = 'turn';
