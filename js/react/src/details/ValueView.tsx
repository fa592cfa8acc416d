import type { ReactNode } from 'react'
import { Text } from '../ui/Text'
import type { Json } from './json'
import { kindOfValue } from './kinds'

/** One JSON value in the look of its kind: `"3"` and `3`, and null and nothing, can be told apart. */
export function ValueView({ value }: { value: Json | undefined }): ReactNode {
  const kind = kindOfValue(value)
  switch (kind) {
    case 'absent':
      return <span className="oa-value oa-value-absent">not set</span>
    case 'text':
    case 'date':
      return value === '' ? (
        <span className="oa-value oa-value-absent">empty text</span>
      ) : (
        <span className={`oa-value oa-value-${kind}`}>
          <Text value={String(value)} />
        </span>
      )
    case 'array':
    case 'object':
      return (
        <code className="oa-value oa-value-json">
          <Text value={JSON.stringify(value, undefined, 1).replace(/\s*\n\s*/g, ' ')} />
        </code>
      )
    default:
      return <span className={`oa-value oa-value-${kind}`}>{String(value)}</span>
  }
}
