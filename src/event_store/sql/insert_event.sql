INSERT INTO events (
    global_position, event_id, stream_id, stream_type, version, event_type, schema_version,
    payload, metadata, timestamp, origin, origin_position, hash
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
