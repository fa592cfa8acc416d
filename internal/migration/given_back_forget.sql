-- They may be handed over again.
DELETE FROM activity_migration.given_back WHERE migration_id = $1
