CREATE TABLE {open_orders} (
    order_id     TEXT PRIMARY KEY,
    register_id  TEXT    NOT NULL,
    order_number INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    total_minor  INTEGER NOT NULL,
    item_count   INTEGER NOT NULL,
    cart         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- Short numbers are counted per register.
CREATE TABLE {open_order_numbers} (
    register_id TEXT PRIMARY KEY,
    last_number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
