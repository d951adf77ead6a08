SELECT global_position, event_id, stream_id, stream_type, version, event_type, schema_version,
       payload, metadata, timestamp, origin, origin_position, hash
FROM events
WHERE timestamp >= ?1 AND timestamp < ?2
  AND (timestamp, global_position) > (?1, ?3)
ORDER BY timestamp, global_position
LIMIT ?4
