CREATE TABLE {shop_settings} (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    settings TEXT NOT NULL
) STRICT;

CREATE TABLE {registers} (
    register_id TEXT PRIMARY KEY,
    name        TEXT NOT NULL
) STRICT, WITHOUT ROWID;
