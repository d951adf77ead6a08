SELECT d.projection_id, d.global_position, d.sequence_key, d.error, d.attempts,
       (SELECT count(*) FROM dead_letters w
        WHERE w.projection_id = d.projection_id AND w.sequence_key = d.sequence_key
          AND w.error IS NULL AND NOT w.skipped)
FROM dead_letters d
WHERE NOT d.skipped AND d.error IS NOT NULL
ORDER BY d.global_position, d.projection_id
LIMIT ?1
