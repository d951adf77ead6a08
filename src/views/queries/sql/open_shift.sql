SELECT shift_id, number, cashier, opened_at, opening_float_minor, sales, sales_minor, cash_minor,
       card_minor
FROM shift_reports
WHERE register_id = ?1
ORDER BY number DESC
LIMIT 1
