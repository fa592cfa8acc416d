-- Holds a migration while it is decided what becomes of it.
SELECT m.revision FROM activity.migration AS m WHERE m.id = $1 FOR UPDATE
