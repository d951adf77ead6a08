SELECT command_id, outcome, first_position, last_position
FROM commands
WHERE command_id > ?1
ORDER BY command_id
LIMIT ?2
