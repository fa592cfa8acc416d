/** Ticks of 1/4096 ms: the 12 bits of a UUIDv7 that count within its millisecond. */
const ticksPerMilli = 4096
const ticksPerSecond = 1000 * ticksPerMilli
const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))
const random = new Uint8Array(8)
let last = 0
let millisOfParts = -1
let head = ''
let tail = ''

/**
 * Makes a UUIDv7 (RFC 9562, section 6.2, method 3): 48 bits of milliseconds, 12 bits that
 * count within them, 62 random bits, which are drawn anew for each millisecond. Ids of one
 * program sort in the order of their making.
 */
export function newId(now = Date.now()): string {
  let tick = now * ticksPerMilli
  // A clock that was set back by more than a second was wrong before: following it
  // matters more than the order of ids.
  if (last >= tick && last - tick < ticksPerSecond) tick = last + 1
  last = tick
  const count = tick % ticksPerMilli
  const millis = (tick - count) / ticksPerMilli
  if (millis !== millisOfParts) makeParts(millis)
  return head + hex[0x70 | (count >>> 8)] + hex[count & 0xff] + tail
}

/** Makes what the ids of one millisecond have in common. */
function makeParts(millis: number): void {
  millisOfParts = millis
  const time = millis.toString(16).padStart(12, '0')
  head = `${time.slice(0, 8)}-${time.slice(8)}-`
  crypto.getRandomValues(random)
  random[0] = 0x80 | ((random[0] as number) & 0x3f)
  const text = Array.from(random, (byte) => hex[byte]).join('')
  tail = `-${text.slice(0, 4)}-${text.slice(4)}`
}
