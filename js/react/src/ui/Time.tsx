import { useActivity } from '../state/context'
import { ago, fullTime } from './format'

/** A time from the API; the whole of it is in the title. */
export function Time({ value, relative = false }: { value: string; relative?: boolean }) {
  const { timeZone, locale } = useActivity()
  const ms = Date.parse(value)
  if (Number.isNaN(ms)) return <span>{value}</span>
  const full = fullTime(ms, timeZone, locale)
  return (
    <time dateTime={value} title={full} className="oa-time">
      {relative ? ago(ms, Date.now(), locale) : full}
    </time>
  )
}
