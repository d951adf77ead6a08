-- Products whose stock nobody keeps have no row.
CREATE TABLE {current_inventory} (
    product_id              TEXT PRIMARY KEY,
    quantity_on_hand_milli  INTEGER NOT NULL,
    quantity_reserved_milli INTEGER NOT NULL,
    quantity_available_milli INTEGER NOT NULL
        GENERATED ALWAYS AS (quantity_on_hand_milli - quantity_reserved_milli) VIRTUAL,
    average_cost_minor      INTEGER,
    last_updated_event_id   TEXT    NOT NULL,
    last_updated_timestamp  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What lies in open carts.
CREATE TABLE {inventory_reservations} (
    order_id       TEXT    NOT NULL,
    line_id        TEXT    NOT NULL,
    product_id     TEXT    NOT NULL,
    quantity_milli INTEGER NOT NULL,
    PRIMARY KEY (order_id, line_id)
) STRICT, WITHOUT ROWID;
