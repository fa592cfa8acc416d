-- Whether the role that scoped transactions take ($1) is there.
SELECT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = $1)
