-- +goose Up

-- From now on the attempts of a start of unknown outcome are those that were answered; before, they were those of the
-- tries that went before it, and would let a lost start be made once more than it may.
UPDATE orders SET attempt = 0 WHERE phase = 'unknown';

-- +goose Down
-- Nothing is to be taken back.
