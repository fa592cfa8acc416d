import { useMemo } from 'react'
import { CopyButton } from '../ui/CopyButton'
import { visible } from '../ui/visible'

// A document of a megabyte is copied whole, but no browser lays out that many lines in time.
const MAX_LINES = 2000

const line = /^(\s*)("(?:[^"\\]|\\.)*": )?(.*)$/

/** The record as JSON. What is copied is the record itself; what is shown has its hidden characters escaped. */
export function JsonView({ value }: { value: object }) {
  const json = useMemo(() => JSON.stringify(value, undefined, 2), [value])
  const lines = json.split('\n')
  return (
    <div className="oa-json">
      <CopyButton text={json}>Copy JSON</CopyButton>
      <pre>
        {lines.slice(0, MAX_LINES).map((text, index) => {
          const [, indent = '', key = '', rest = ''] = line.exec(text) ?? []
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one record never move
            <bdi key={index} className="oa-json-line">
              {indent}
              {key && <span className="oa-json-key">{visible(key)}</span>}
              <span className={kindOf(rest)}>{visible(rest)}</span>
              {'\n'}
            </bdi>
          )
        })}
      </pre>
      {lines.length > MAX_LINES && (
        <p className="oa-muted">{lines.length - MAX_LINES} more lines: copy it to see all.</p>
      )}
    </div>
  )
}

function kindOf(text: string): string | undefined {
  if (text.startsWith('"')) return 'oa-value-text'
  if (/^[-\d]/.test(text)) return 'oa-value-number'
  return /^(?:true|false|null)/.test(text) ? 'oa-value-boolean' : undefined
}
