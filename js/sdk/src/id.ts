/** Ticks of 1/4096 ms, so that ids of one millisecond sort in the order of their making. */
const ticksPerMilli = 4096
const ticksPerSecond = 1000 * ticksPerMilli
const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))
/** One call for many ids: asking for eight bytes costs as much as asking for thousands. */
const pool = new Uint8Array(4096)
let used = pool.length
let last = 0

/**
 * Makes a UUIDv7 (RFC 9562, section 6.2, method 3): 48 bits of milliseconds, 12 bits that
 * count within them, 62 random bits.
 */
export function newId(now = Date.now()): string {
  let tick = now * ticksPerMilli
  // A clock that was set back by more than a second was wrong before: following it
  // matters more than the order of ids.
  if (last >= tick && last - tick < ticksPerSecond) tick = last + 1
  last = tick
  if (used === pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  const millis = Math.floor(tick / ticksPerMilli)
  const high = Math.floor(millis / 0x10000)
  const low = millis % 0x10000
  const count = tick % ticksPerMilli
  const at = used
  used += 8
  const byte = (n: number) => hex[n & 0xff] as string
  const random = (i: number) => hex[pool[at + i] as number] as string
  return (
    byte(high >>> 24) +
    byte(high >>> 16) +
    byte(high >>> 8) +
    byte(high) +
    '-' +
    byte(low >>> 8) +
    byte(low) +
    '-' +
    byte(0x70 | (count >>> 8)) +
    byte(count) +
    '-' +
    byte(0x80 | ((pool[at] as number) & 0x3f)) +
    random(1) +
    '-' +
    random(2) +
    random(3) +
    random(4) +
    random(5) +
    random(6) +
    random(7)
  )
}
