import type { Activity, ActivityPage } from '../client'

interface Bounds {
  from?: string
  to?: string
  order?: 'asc' | 'desc'
  limit: number
}

/**
 * The activities next to one, newest first: what came after it and what came before. For the question
 * "what happened here" the neighbours say more than the newest ones.
 */
export async function loadAround(
  list: (bounds: Bounds) => Promise<ActivityPage>,
  activity: Activity,
  each = 4,
): Promise<readonly Activity[]> {
  const at = activity.occurredAt
  const [after, before] = await Promise.all([
    list({ from: at, order: 'asc', limit: each + 1 }),
    list({ to: at, limit: each }),
  ])
  const seen = new Set<string>([activity.id])
  const others = (page: ActivityPage) =>
    page.items.filter(({ id }) => {
      if (seen.has(id)) return false
      seen.add(id)
      return true
    })
  const later = others(after).slice(0, each).reverse()
  return [...later, activity, ...others(before)]
}

/** The window in which Explore shows an activity's surroundings; up to now where that is sooner. */
export function windowAround(
  at: string,
  spanMs: number,
  now: number,
): { from: string; to?: string } {
  const time = Date.parse(at)
  const from = new Date(time - spanMs).toISOString()
  return time + spanMs >= now ? { from } : { from, to: new Date(time + spanMs).toISOString() }
}
