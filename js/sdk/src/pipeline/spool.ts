import { mkdirSync, readdirSync, renameSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { Journal, type Read } from './journal.js'
import { isDead, owner } from './owner.js'
import type { Entry } from './request.js'

const segmentSize = 4 << 20

export interface SpoolSettings {
  folder: string
  maxBytes: number
  fsync: boolean
}

/** What was read of one journal, to be acknowledged as a whole. */
export interface Batch extends Read {
  journal: Journal | undefined
}

/**
 * Keeps entries on disk until they are acknowledged. Several processes share a folder: each
 * writes to a journal of its own, whose name says who owns it, and takes over those of the
 * dead by renaming them, which only one can.
 */
export class Spool {
  readonly #settings: SpoolSettings
  readonly #own: Journal
  #others: Journal[] = []

  constructor(settings: SpoolSettings) {
    this.#settings = settings
    mkdirSync(settings.folder, { recursive: true, mode: 0o700 })
    this.adopt()
    this.#own = this.#open(newName())
  }

  get size(): number {
    return this.#others.reduce((sum, j) => sum + j.count, this.#own.count)
  }

  /** Takes over the journals of processes that have died, and shows that this one lives. */
  adopt(): void {
    const now = new Date()
    for (const name of readdirSync(this.#settings.folder).sort()) {
      const [id = '', who = ''] = name.split('@')
      const path = join(this.#settings.folder, name)
      if (who === owner) utimesSync(path, now, now)
      else if (who && isDead(who, path)) this.#claim(path, `${id}@${owner}`)
    }
  }

  /** Keeps an entry, or throws. */
  append(entry: Entry): void {
    const size = entry.record.length + entry.resource.length + entry.scope.length
    const bytes = this.#others.reduce((sum, j) => sum + j.bytes, this.#own.bytes)
    if (bytes + size > this.#settings.maxBytes) throw new Error('the spool is full')
    this.#own.append(entry, this.#settings.fsync)
  }

  /** Returns what waits next, nothing when nothing does. */
  next(maxEntries: number, maxBytes: number): Batch {
    for (let journal = this.#others[0]; journal; journal = this.#others[0]) {
      const read = journal.next(maxEntries, maxBytes)
      if (read.entries.length + read.skipped > 0) return { ...read, journal }
      this.#others.shift()
      journal.close()
    }
    return { ...this.#own.next(maxEntries, maxBytes), journal: this.#own }
  }

  acknowledge(batch: Batch): void {
    batch.journal?.acknowledge(batch.entries.length)
  }

  /** What waits stays on disk for the next process. */
  close(): void {
    for (const journal of [...this.#others, this.#own]) journal.close()
  }

  #claim(path: string, name: string): void {
    try {
      renameSync(path, join(this.#settings.folder, name))
      this.#others.push(this.#open(name))
    } catch {
      // Another process was first.
    }
  }

  #open(name: string): Journal {
    const limit = Math.min(segmentSize, this.#settings.maxBytes / 8)
    return new Journal(join(this.#settings.folder, name), limit)
  }
}

/** Names sort by the time of their making. */
function newName(): string {
  const random = Math.random().toString(36).slice(2, 8)
  return `${Date.now().toString(36)}-${random}@${owner}`
}
