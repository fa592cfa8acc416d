/*
 * Times as a person types them, in a time zone that need not be the browser's; the shape
 * is that of <input type="datetime-local">.
 */

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
export function zoneOffset(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms)
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value)
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return wall - Math.floor(ms / 1000) * 1000
}

/** 2026-11-25T03:00:00 in the zone. */
export function toLocalInput(ms: number, timeZone: string): string {
  return new Date(ms + zoneOffset(ms, timeZone)).toISOString().slice(0, 19)
}

/** The instant of a wall clock's time; undefined when it can't be read. */
export function fromLocalInput(text: string, timeZone: string): number | undefined {
  const wall = Date.parse(`${text}Z`)
  if (Number.isNaN(wall)) return undefined
  // The offset depends on the instant: twice is enough, also around a change of the clocks.
  const guess = wall - zoneOffset(wall, timeZone)
  return wall - zoneOffset(guess, timeZone)
}
