/** First words of statements that write no row; EXPLAIN ANALYZE executes what it explains. */
const reading = new Set(
  (
    'SELECT VALUES TABLE SHOW DECLARE FETCH MOVE CLOSE SET RESET LOCK LISTEN UNLISTEN NOTIFY ' +
    'SAVEPOINT RELEASE ROLLBACK ABORT COMMIT END BEGIN START PREPARE DEALLOCATE DISCARD'
  ).split(' '),
)

/** What a statement does, as far as its first word tells. */
export interface Statement {
  /** It may write rows; a SELECT that calls a function which writes is not seen through. */
  writes: boolean
  /** The transaction that holds after it, if it is about that. */
  transaction?: 'begun' | 'ended' | undefined
  /** It may take back what was written before it, and with it what was told. */
  undoes: boolean
}

/** Looks at a statement, or at several with semicolons between them. */
export function look(sql: string): Statement {
  const rest = skip(sql)
  const word = /^[a-z]*/i.exec(rest)?.[0].toUpperCase() ?? ''
  const following = rest.slice(word.length)
  const several = isSeveral(following)
  const statement: Statement = {
    writes: word !== '' && (!reading.has(word) || several),
    undoes: false,
  }
  switch (word) {
    case 'BEGIN':
    case 'START':
      // What is told now would go before the transaction.
      return { writes: false, transaction: 'begun', undoes: several }
    case 'COMMIT':
    case 'END':
      statement.transaction = /\band\s+chain\b/i.test(following) ? 'begun' : 'ended'
      return statement
    case 'ROLLBACK':
    case 'ABORT':
      if (/^\s+((work|transaction)\s+)?to\b/i.test(following)) return { ...statement, undoes: true }
      statement.transaction = /\band\s+chain\b/i.test(following) ? 'begun' : 'ended'
      return statement
    default:
      return { ...statement, undoes: several && /\b(rollback|abort)\b/i.test(following) }
  }
}

/** A semicolon in a text looks like the end of a statement: that costs a needless message. */
function isSeveral(rest: string): boolean {
  const end = rest.indexOf(';')
  return end >= 0 && skip(rest.slice(end)) !== ''
}

/** What is behind white space, comments and opening parentheses. */
function skip(sql: string): string {
  let rest = sql
  for (;;) {
    rest = rest.replace(/^[\s(;]+/, '')
    const end = rest.startsWith('--') ? '\n' : rest.startsWith('/*') ? '*/' : undefined
    if (end === undefined) return rest
    const at = rest.indexOf(end)
    rest = at < 0 ? '' : rest.slice(at + end.length)
  }
}
