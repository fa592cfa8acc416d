import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from './crc.js'
import type { Entry } from './request.js'

const suffix = '.seg'
const ackName = 'ack'
const newline = 10

interface Position {
  segment: number
  offset: number
}

/** What was read, and how many lines were damaged. */
export interface Read {
  entries: Entry[]
  skipped: number
}

/**
 * The folder of one owner: segments of lines, and up to where they are acknowledged. A line
 * is a checksum, the resource, the scope and the record, with tabs between, which JSON has
 * none of. All calls are synchronous: a line is with the system when `append` returns.
 */
export class Journal {
  readonly folder: string
  /** Lines that are not acknowledged. */
  count = 0
  readonly #limit: number
  readonly #sizes = new Map<number, number>()
  #acked: Position
  #read: Position
  #file: number | undefined
  #last = 0

  /** Opens a folder that is this process's own: new, or taken over. */
  constructor(folder: string, limit: number) {
    this.folder = folder
    this.#limit = limit
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder)) {
      const segment = Number.parseInt(name, 10)
      if (!name.endsWith(suffix) || Number.isNaN(segment)) continue
      this.#sizes.set(segment, statSync(join(folder, name)).size)
      this.#last = Math.max(this.#last, segment)
    }
    this.#acked = this.#readAck()
    this.#dropAcked()
    this.#read = this.#acked
    this.count = this.#countLines()
  }

  get bytes(): number {
    let sum = 0
    for (const size of this.#sizes.values()) sum += size
    return sum
  }

  get empty(): boolean {
    return ![...this.#sizes].some(([segment, size]) => size > this.#offsetIn(segment, this.#acked))
  }

  /** Writes a line in one call, so that the end of the process can tear at most the last one. */
  append({ resource, scope, record }: Entry, sync: boolean): void {
    if (this.#file === undefined || this.#sizeOf(this.#last) >= this.#limit) this.#rotate()
    const file = this.#file as number
    const content = Buffer.from(`${resource}\t${scope}\t${record}\n`)
    const line = Buffer.concat([Buffer.from(`${checksum(content)}\t`), content])
    const before = this.#sizeOf(this.#last)
    try {
      let written = 0
      while (written < line.length) written += writeSync(file, line, written)
    } catch (error) {
      this.#undo(file, before)
      throw error
    }
    this.#sizes.set(this.#last, before + line.length)
    this.count++
    if (sync) fsyncSync(file)
  }

  /** Reads on from where the last call ended. */
  next(maxEntries: number, maxBytes: number): Read {
    const read: Read = { entries: [], skipped: 0 }
    let bytes = 0
    for (const segment of this.#segments()) {
      if (segment < this.#read.segment) continue
      if (segment > this.#read.segment) this.#read = { segment, offset: 0 }
      const data = this.#load(segment)
      let at = 0
      while (at < data.length && read.entries.length < maxEntries && bytes < maxBytes) {
        const end = data.indexOf(newline, at)
        const line = data.subarray(at, end < 0 ? data.length : end + 1)
        const entry = end < 0 ? undefined : parse(line)
        if (entry) read.entries.push(entry)
        else read.skipped++
        if (!entry && end >= 0) this.count--
        at += line.length
        bytes += line.length
      }
      this.#read = { segment, offset: this.#read.offset + at }
      if (read.entries.length >= maxEntries || bytes >= maxBytes) break
    }
    return read
  }

  /** Settles everything that `next` has returned so far. */
  acknowledge(entries: number): void {
    this.count -= entries
    this.#acked = this.#read
    const text = `${this.#acked.segment} ${this.#acked.offset}`
    writeFileSync(join(this.folder, ackName), `${text} ${checksum(Buffer.from(text))}\n`)
    this.#dropAcked()
  }

  /** Ends the ownership; the folder goes when nothing is left in it. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    if (this.empty) rmSync(this.folder, { recursive: true, force: true })
  }

  #rotate(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    this.#file = openSync(this.#path(this.#last + 1), 'ax', 0o600)
    this.#last++
    this.#sizes.set(this.#last, 0)
  }

  /** Whatever was written of a line is torn; lines behind it would be lost with it. */
  #undo(file: number, size: number): void {
    try {
      ftruncateSync(file, size)
    } catch {
      closeSync(file)
      this.#file = undefined
    }
  }

  #load(segment: number): Buffer {
    const size = this.#sizeOf(segment) - this.#read.offset
    if (size <= 0) return Buffer.alloc(0)
    const data = Buffer.alloc(size)
    const file = openSync(this.#path(segment), 'r')
    try {
      return data.subarray(0, readSync(file, data, 0, size, this.#read.offset))
    } finally {
      closeSync(file)
    }
  }

  /** A checkpoint that can't be believed is the beginning: to send again is harmless. */
  #readAck(): Position {
    try {
      const [segment, offset, sum] = readFileSync(join(this.folder, ackName), 'utf8')
        .trim()
        .split(' ')
      if (sum === checksum(Buffer.from(`${segment} ${offset}`))) {
        return { segment: Number(segment), offset: Number(offset) }
      }
    } catch {
      // There is none yet.
    }
    return { segment: 0, offset: 0 }
  }

  #countLines(): number {
    let lines = 0
    for (const segment of this.#segments()) {
      const data = readFileSync(this.#path(segment))
      let at = this.#offsetIn(segment, this.#acked)
      for (;;) {
        const end = data.indexOf(newline, at)
        if (end < 0) break
        lines++
        at = end + 1
      }
    }
    return lines
  }

  /** Removes segments of which nothing is left, but not the one that is written. */
  #dropAcked(): void {
    for (const [segment, size] of this.#sizes) {
      const isWritten = segment === this.#last && this.#file !== undefined
      if (isWritten || size > this.#offsetIn(segment, this.#acked)) continue
      rmSync(this.#path(segment), { force: true })
      this.#sizes.delete(segment)
    }
  }

  /** Up to where a segment is done. */
  #offsetIn(segment: number, position: Position): number {
    if (segment < position.segment) return Number.POSITIVE_INFINITY
    return segment === position.segment ? position.offset : 0
  }

  #segments(): number[] {
    return [...this.#sizes.keys()].sort((a, b) => a - b)
  }

  #sizeOf(segment: number): number {
    return this.#sizes.get(segment) ?? 0
  }

  #path(segment: number): string {
    return join(this.folder, `${String(segment).padStart(10, '0')}${suffix}`)
  }
}

function checksum(content: Uint8Array): string {
  return crc32(content).toString(16).padStart(8, '0')
}

/** Returns nothing for a line that is damaged. */
function parse(line: Buffer): Entry | undefined {
  const content = line.subarray(9)
  if (line.length < 10 || line.toString('latin1', 0, 8) !== checksum(content)) return undefined
  const [resource, scope, record] = content.toString('utf8', 0, content.length - 1).split('\t')
  return resource && scope && record ? { resource, scope, record } : undefined
}
