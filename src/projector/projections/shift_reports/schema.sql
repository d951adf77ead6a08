CREATE TABLE {shift_reports} (
    shift_id            TEXT PRIMARY KEY,
    register_id         TEXT    NOT NULL,
    number              INTEGER NOT NULL,
    cashier             TEXT    NOT NULL,
    opened_at           INTEGER NOT NULL,
    opening_float_minor INTEGER NOT NULL,
    sales               INTEGER NOT NULL,
    sales_minor         INTEGER NOT NULL,
    cash_minor          INTEGER NOT NULL,
    card_minor          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Payments of orders that are still open: they may yet be given back.
CREATE TABLE {shift_open_payments} (
    order_id     TEXT    NOT NULL,
    payment_id   TEXT    NOT NULL,
    shift_id     TEXT    NOT NULL,
    cash_minor   INTEGER NOT NULL,
    card_minor   INTEGER NOT NULL,
    PRIMARY KEY (order_id, payment_id)
) STRICT, WITHOUT ROWID;
