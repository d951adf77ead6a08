-- Found by the first tag, ?1, and held against the others. CROSS JOIN, so that
-- the planner does not begin with the events.
SELECT global_position, event_id, stream_id, stream_type, version, event_type, schema_version,
       payload, metadata, timestamp, origin, origin_position, hash
FROM event_tags AS found
CROSS JOIN events USING (global_position)
WHERE found.tag = ?1
  AND found.global_position > ?2 AND found.global_position <= ?3
  AND (?4 = '[]' OR event_type IN (SELECT value FROM json_each(?4)))
  AND NOT EXISTS (
      SELECT 1 FROM json_each(?5) AS wanted
      WHERE NOT EXISTS (
          SELECT 1 FROM event_tags AS has
          WHERE has.tag = wanted.value AND has.global_position = found.global_position
      )
  )
ORDER BY found.global_position
LIMIT ?6
