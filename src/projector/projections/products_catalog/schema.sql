CREATE TABLE {products_catalog} (
    product_number         INTEGER PRIMARY KEY,
    product_id             TEXT    NOT NULL UNIQUE,
    name                   TEXT    NOT NULL,
    description            TEXT    NOT NULL,
    price_minor            INTEGER NOT NULL,
    category               TEXT    NOT NULL,
    sku                    TEXT    NOT NULL,
    barcodes               TEXT    NOT NULL,
    tax_rate               TEXT    NOT NULL,
    unit                   TEXT    NOT NULL,
    stock_policy           TEXT    NOT NULL,
    discontinued           INTEGER NOT NULL,
    last_updated_event_id  TEXT    NOT NULL,
    last_updated_timestamp INTEGER NOT NULL
) STRICT;

CREATE INDEX {products_catalog}_shelf
    ON {products_catalog} (category COLLATE NOCASE, name COLLATE NOCASE, product_number);
CREATE INDEX {products_catalog}_sku ON {products_catalog} (sku) WHERE sku <> '';

-- What scans as what.
CREATE TABLE {product_barcodes} (
    barcode    TEXT NOT NULL,
    product_id TEXT NOT NULL,
    PRIMARY KEY (barcode, product_id)
) STRICT, WITHOUT ROWID;

-- Words of names, SKUs and barcodes: any prefix, accents and case aside.
CREATE VIRTUAL TABLE {products_search} USING fts5 (
    name, codes,
    tokenize = "unicode61 remove_diacritics 2",
    prefix = '1 2 3'
);
