// @vitest-environment node
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 as zlibCrc32 } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { crc32 } from './crc.js'
import { Journal } from './journal.js'
import { isDead, owner } from './owner.js'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'))
  folders.push(folder)
  return folder
}

function fill(journal: Journal, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    journal.append({ resource: '{}', scope: '{"name":"ä"}', record: `{"n":${i}}` }, false)
  }
}

function drain(journal: Journal): { numbers: number[]; skipped: number } {
  const numbers: number[] = []
  let skipped = 0
  for (;;) {
    const read = journal.next(7, 1 << 20)
    if (read.entries.length + read.skipped === 0) return { numbers, skipped }
    skipped += read.skipped
    for (const { record } of read.entries) numbers.push((JSON.parse(record) as { n: number }).n)
    journal.acknowledge(read.entries.length)
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('a journal', () => {
  it('returns lines in their order and once, over many segments', () => {
    const journal = new Journal(newFolder(), 500)
    for (let round = 0; round < 20; round++) {
      fill(journal, round * 50, round * 50 + 50)
      expect(journal.count).toBe(50)
      expect(drain(journal)).toEqual({ numbers: range(round * 50, round * 50 + 50), skipped: 0 })
      expect(journal.count).toBe(0)
    }
    expect(journal.bytes).toBeLessThan(1000)
    const { folder } = journal
    journal.close()
    expect(() => readdirSync(folder)).toThrow()
  })

  it('goes on behind what was acknowledged', () => {
    const folder = newFolder()
    const first = new Journal(folder, 500)
    fill(first, 0, 50)
    first.acknowledge(first.next(20, 1 << 20).entries.length)
    first.next(10, 1 << 20) // read and not acknowledged
    first.close()
    const second = new Journal(folder, 500)
    expect(second.count).toBe(30)
    fill(second, 50, 60)
    expect(drain(second).numbers).toEqual(range(20, 60))
  })

  it.each<[string, (content: Buffer) => Buffer, number[], number]>([
    ['a torn end', (c) => c.subarray(0, -3), range(0, 9), 1],
    ['half a line more', (c) => Buffer.concat([c, c.subarray(0, 9)]), range(0, 10), 1],
    ['another byte', (c) => c.fill(0x58, 20, 21), range(1, 10), 1],
    ['a line of nothing', (c) => Buffer.concat([Buffer.from('\n'), c]), range(0, 10), 1],
    ['nothing left', () => Buffer.alloc(0), [], 0],
  ])('loses no more than what is damaged: %s', (_, damage, numbers, skipped) => {
    const folder = newFolder()
    const journal = new Journal(folder, 1 << 20)
    fill(journal, 0, 10)
    journal.close()
    const file = join(folder, readdirSync(folder).find((n) => n.endsWith('.seg')) as string)
    writeFileSync(file, damage(readFileSync(file)))
    expect(drain(new Journal(folder, 1 << 20))).toEqual({ numbers, skipped })
  })

  it('sends again where its checkpoint can not be believed', () => {
    const folder = newFolder()
    const journal = new Journal(folder, 1 << 20)
    fill(journal, 0, 10)
    journal.acknowledge(journal.next(5, 1 << 20).entries.length)
    journal.close()
    writeFileSync(join(folder, 'ack'), '1 99999 00000000\n')
    expect(drain(new Journal(folder, 1 << 20)).numbers).toEqual(range(0, 10))
  })
})

describe('an owner', () => {
  it('lives until it is known to be dead', () => {
    const [place] = owner.split('.')
    expect(isDead(owner, '.')).toBe(false)
    expect(isDead(`${place}.${process.pid}.1`, '.')).toBe(true) // its number was used again
    expect(isDead(`${place}.999999999.1`, '.')).toBe(true)
    expect(isDead('elsewhere.1.1', newFolder())).toBe(false)
  })
})

it('has the checksum of zlib', () => {
  if (typeof zlibCrc32 !== 'function') return
  for (const text of ['', 'a', 'äöü'.repeat(1000)]) {
    expect(crc32(Buffer.from(text))).toBe(zlibCrc32(text))
  }
})
