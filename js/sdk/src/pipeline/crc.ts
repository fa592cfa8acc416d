const table = new Int32Array(256).map((_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  return c
})

/** The CRC-32 of zlib; Node.js has it itself only from 20.15 on. */
export function crc32(bytes: Uint8Array): number {
  let c = -1
  for (const byte of bytes) c = (c >>> 8) ^ (table[(c ^ byte) & 0xff] as number)
  return (c ^ -1) >>> 0
}
