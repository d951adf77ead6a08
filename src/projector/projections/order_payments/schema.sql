CREATE TABLE {order_payments} (
    order_id       TEXT    NOT NULL,
    payment_id     TEXT    NOT NULL,
    paid_position  INTEGER NOT NULL,
    payment_method TEXT    NOT NULL,
    reference      TEXT    NOT NULL,
    amount_minor   INTEGER NOT NULL,
    tendered_minor INTEGER NOT NULL,
    change_minor   INTEGER NOT NULL,
    void_reason    TEXT,
    PRIMARY KEY (order_id, payment_id)
) STRICT, WITHOUT ROWID;
