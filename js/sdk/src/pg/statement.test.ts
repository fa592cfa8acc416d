// @vitest-environment node
import { expect, it } from 'vitest'
import { look } from './statement.js'

it.each([
  'insert into a',
  '  UPDATE a',
  '/* x */ -- y\n delete from a',
  'WITH x AS (…) SELECT 1',
  'TRUNCATE a',
  'CALL p()',
  'COPY a FROM stdin',
  'EXPLAIN ANALYZE DELETE FROM a',
  'SET a = 1; INSERT INTO a',
])('sees that %j may write', (sql) => expect(look(sql).writes).toBe(true))

it.each([
  'SELECT 1',
  '((select 1))',
  '',
  '--',
  '/*',
  'values (1)',
  'SELECT 1; -- no more',
  'BEGIN',
])('sees that %j only reads', (sql) =>
  expect(look(sql)).toMatchObject({ writes: false, undoes: false }),
)

it.each([
  ['begin', 'begun'],
  ['START TRANSACTION READ ONLY', 'begun'],
  ['commit', 'ended'],
  ['END', 'ended'],
  ['ROLLBACK', 'ended'],
  ['abort work', 'ended'],
  ['COMMIT AND CHAIN', 'begun'],
  ['rollback and chain', 'begun'],
  ['ROLLBACK TO SAVEPOINT a', undefined],
  ['SAVEPOINT a', undefined],
])('knows what transaction holds after %j', (sql, transaction) =>
  expect(look(sql).transaction).toBe(transaction),
)

it.each(['ROLLBACK TO a', 'rollback work to savepoint a', 'INSERT INTO a; ROLLBACK TO b'])(
  'sees that %j takes back',
  (sql) => expect(look(sql).undoes).toBe(true),
)
