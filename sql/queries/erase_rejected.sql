-- Dead letters that contain the actor: what was sent is kept in them as it came.
DELETE FROM activity.rejected AS r
WHERE position(convert_to($1, 'UTF8') IN r.payload) > 0
