SELECT tag, global_position
FROM event_tags
WHERE (tag, global_position) > (?1, ?2)
ORDER BY tag, global_position
LIMIT ?3
