CREATE TABLE {customer_orders_summary} (
    order_id               TEXT PRIMARY KEY,
    customer_id            TEXT,
    register_id            TEXT    NOT NULL,
    order_number           INTEGER NOT NULL,
    order_date             INTEGER NOT NULL,
    -- One of PENDING, CONFIRMED, SHIPPED, COMPLETED, CANCELLED.
    -- A CHECK of so many words would fill a temporary table for each row.
    status                 TEXT    NOT NULL,
    item_count             INTEGER NOT NULL,
    total_amount_minor     INTEGER NOT NULL,
    totals                 TEXT    NOT NULL,
    rounding_minor         INTEGER NOT NULL,
    receipt_number         TEXT,
    cashier                TEXT    NOT NULL,
    imported               INTEGER NOT NULL,
    completed_at           INTEGER,
    cancel_reason          TEXT,
    -- The goods while the order is open.
    cart                   TEXT,
    last_updated_event_id  TEXT    NOT NULL,
    last_updated_timestamp INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX {customer_orders_summary}_date
    ON {customer_orders_summary} (order_date, order_id, status);
CREATE INDEX {customer_orders_summary}_number
    ON {customer_orders_summary} (register_id, order_number);
CREATE INDEX {customer_orders_summary}_receipt
    ON {customer_orders_summary} (receipt_number) WHERE receipt_number IS NOT NULL;
