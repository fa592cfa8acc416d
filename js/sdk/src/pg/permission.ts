import { diag } from '@opentelemetry/api'
import type { PgClient } from './proxy.js'

const allowedSQL = `SELECT coalesce(bool_or(has_function_privilege(oid, 'EXECUTE')), false) AS allowed
FROM pg_catalog.pg_proc
WHERE proname = 'pg_logical_emit_message' AND pronamespace = 'pg_catalog'::regnamespace
  AND proargtypes[2] = 'pg_catalog.text'::regtype`

export const remedy =
  "GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text) to the application's role, from Postgres 17 on pg_logical_emit_message(boolean, text, text, boolean)"

/** Of pools and clients: it is asked for once, since without it every transaction would fail. */
const known = new WeakMap<object, boolean>()

/** Reports whether the role of what a client belongs to may tell who is writing. */
export async function mayTell(owner: object, client: PgClient): Promise<boolean> {
  const before = known.get(owner)
  if (before !== undefined) return before
  const answer = (await client.query(allowedSQL)) as { rows: { allowed: boolean }[] }
  const allowed = answer.rows[0]?.allowed === true
  if (!allowed && !known.has(owner)) diag.error(`row changes won't tell who made them: ${remedy}`)
  known.set(owner, allowed)
  return allowed
}
