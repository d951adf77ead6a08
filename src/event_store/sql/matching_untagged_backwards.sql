-- Types have no index: this reads the log between two positions.
SELECT global_position, event_id, stream_id, stream_type, version, event_type, schema_version,
       payload, metadata, timestamp, origin, origin_position, hash
FROM events
WHERE global_position > ?1 AND global_position <= ?2
  AND (?3 = '[]' OR event_type IN (SELECT value FROM json_each(?3)))
ORDER BY global_position DESC
LIMIT ?4
