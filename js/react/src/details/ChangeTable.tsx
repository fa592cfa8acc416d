import type { ReactNode } from 'react'
import { Text } from '../ui/Text'
import type { Change } from './changes'
import { isArray, type Json } from './json'
import { commonKind, dateDelta, diffArrays, numberDelta } from './kinds'
import { ValueView } from './ValueView'
import { diffWords, type Segment } from './words'

/** What changed, a field a row. The layout is fixed: a long value wraps and never pushes a column away. */
export function ChangeTable({
  changes,
  locale,
}: {
  changes: readonly Change[]
  locale?: string | undefined
}): ReactNode {
  if (changes.length === 0) {
    return <p className="oa-empty-note">This activity recorded no changes.</p>
  }
  return (
    <table className="oa-changes">
      <caption className="oa-visually-hidden">Changed fields, before and after</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <ChangeRow key={change.path} change={change} locale={locale} />
        ))}
      </tbody>
    </table>
  )
}

function ChangeRow({ change, locale }: { change: Change; locale: string | undefined }): ReactNode {
  const [before, after] = sides(change, locale)
  return (
    <tr data-kind={change.kind}>
      <th scope="row">
        <Text value={change.path} />{' '}
        {change.kind !== 'changed' && <span className="oa-change-kind">{change.kind}</span>}
      </th>
      <td className="oa-change-before">{before}</td>
      <td className="oa-change-after">{after}</td>
    </tr>
  )
}

function sides(change: Change, locale: string | undefined): readonly [ReactNode, ReactNode] {
  const { before, after } = change
  if (before === undefined && after === undefined) {
    const note = <span className="oa-value oa-value-absent">not recorded</span>
    return [note, note]
  }
  const plain = [
    <ValueView key="before" value={before} />,
    <ValueView key="after" value={after} />,
  ] as const
  switch (commonKind(before, after)) {
    case 'text':
      return textSides(String(before), String(after))
    case 'number':
      return [plain[0], withDelta(plain[1], numberDelta(Number(before), Number(after), locale))]
    case 'date':
      return [plain[0], withDelta(plain[1], dateDelta(String(before), String(after)))]
    case 'array':
      return isArray(before) && isArray(after) ? arraySides(before, after) : plain
    default:
      return plain
  }
}

function withDelta(value: ReactNode, delta: string): ReactNode {
  return (
    <>
      {value}
      {delta !== '' && <span className="oa-delta">{delta}</span>}
    </>
  )
}

function textSides(before: string, after: string): readonly [ReactNode, ReactNode] {
  if (before === '' || after === '') {
    return [<ValueView key="before" value={before} />, <ValueView key="after" value={after} />]
  }
  const segments = diffWords(before, after)
  return [
    <Segments key="before" segments={segments} show="removed" />,
    <Segments key="after" segments={segments} show="added" />,
  ]
}

function Segments({
  segments,
  show,
}: {
  segments: readonly Segment[]
  show: 'removed' | 'added'
}): ReactNode {
  const Mark = show === 'removed' ? 'del' : 'ins'
  let offset = 0
  return (
    <span className="oa-value oa-value-text">
      {segments.map((segment) => {
        const key = offset
        offset += segment.text.length
        if (segment.kind === 'same') return <Text key={key} value={segment.text} />
        if (segment.kind !== show) return null
        return (
          <Mark key={key}>
            <Text value={segment.text} />
          </Mark>
        )
      })}
    </span>
  )
}

function arraySides(
  before: readonly Json[],
  after: readonly Json[],
): readonly [ReactNode, ReactNode] {
  const items = diffArrays(before, after)
  const side = (hidden: 'removed' | 'added'): ReactNode => {
    const shown = items.filter((item) => item.kind !== hidden)
    if (shown.length === 0) return <span className="oa-value oa-value-absent">empty list</span>
    return (
      <ul className="oa-chips">
        {shown.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: members may be equal, and the list never moves.
          <li key={index} data-kind={item.kind}>
            <ValueView value={item.value} />
          </li>
        ))}
      </ul>
    )
  }
  return [side('added'), side('removed')]
}
