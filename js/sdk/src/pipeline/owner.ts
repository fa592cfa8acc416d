import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { hostname } from 'node:os'

/** Another machine's journal is taken over when it was not touched for so long, in ms. */
const strangerPatience = 300_000

/**
 * This process in the name of a folder: machine, namespace of process ids, id, and the
 * time of its start, since ids are used again.
 */
export const owner = [place(), process.pid, startOf(process.pid) ?? 0].join('.')

/** Whether the owner of a folder is gone for sure. */
export function isDead(name: string, folder: string): boolean {
  const [where, pid = '', started] = name.split('.')
  if (where !== place()) return Date.now() - modified(folder) > strangerPatience
  if (!isAlive(Number(pid))) return true
  const start = startOf(Number(pid))
  return start !== undefined && String(start) !== started
}

function place(): string {
  const host = hostname().replace(/[^A-Za-z0-9-]/g, '-')
  try {
    return `${host}-${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`
  } catch {
    return host
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process was started, in ticks since the machine was; Linux only (proc(5), field 22). */
function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may have spaces.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  } catch {
    return undefined
  }
}

function modified(folder: string): number {
  try {
    return statSync(folder).mtimeMs
  } catch {
    return Date.now()
  }
}
