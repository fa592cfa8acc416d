import type { ReactNode } from 'react'
import { Text } from '../ui/Text'
import { isArray, isObject, type Json } from './json'
import { ValueView } from './ValueView'

// What an attacker records may be nested as deep as the store allows.
const MAX_DEPTH = 24
const MAX_CHILDREN = 200

/** A JSON document as nested, collapsible lists; the browser's own `details` brings the keyboard. */
export function JsonTree({
  value,
  depth = 0,
}: {
  value: Json | undefined
  depth?: number
}): ReactNode {
  const entries = childrenOf(value)
  if (entries === undefined || entries.length === 0 || depth >= MAX_DEPTH) {
    return <ValueView value={value} />
  }
  return (
    <ul className="oa-tree">
      {entries.slice(0, MAX_CHILDREN).map(([key, child]) => (
        <li key={key}>
          <Branch name={key} value={child} depth={depth} />
        </li>
      ))}
      {entries.length > MAX_CHILDREN && (
        <li className="oa-tree-more">{entries.length - MAX_CHILDREN} more: see JSON</li>
      )}
    </ul>
  )
}

function Branch({
  name,
  value,
  depth,
}: {
  name: string
  value: Json | undefined
  depth: number
}): ReactNode {
  const count = childrenOf(value)?.length ?? 0
  const label = (
    <span className="oa-tree-key">
      <Text value={name} />
    </span>
  )
  if (count === 0) {
    return (
      <span className="oa-tree-leaf">
        {label} <ValueView value={value} />
      </span>
    )
  }
  return (
    <details open={depth < 1 && count <= 20}>
      <summary>
        {label}{' '}
        <span className="oa-tree-count">{isArray(value) ? `[${count}]` : `{${count}}`}</span>
      </summary>
      <JsonTree value={value} depth={depth + 1} />
    </details>
  )
}

function childrenOf(
  value: Json | undefined,
): readonly (readonly [string, Json | undefined])[] | undefined {
  if (isArray(value)) return value.map((item, index) => [String(index), item] as const)
  return isObject(value) ? Object.entries(value) : undefined
}
