export type SegmentKind = 'same' | 'removed' | 'added'

export interface Segment {
  readonly kind: SegmentKind
  readonly text: string
}

// The table of the longest common subsequence grows with the product of the two lengths.
const MAX_CELLS = 250_000

/**
 * What was removed and added, word by word; spaces and punctuation are words of their own.
 * Texts that are too long to compare, or that have little in common, are one removal and one addition:
 * a confetti of single words helps nobody.
 */
export function diffWords(before: string, after: string): readonly Segment[] {
  const a = tokens(before)
  const b = tokens(after)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end++
  }
  const middleA = a.slice(start, a.length - end)
  const middleB = b.slice(start, b.length - end)
  const middle =
    middleA.length * middleB.length > MAX_CELLS
      ? replaced(middleA, middleB)
      : longestCommon(middleA, middleB)
  const segments = merge([
    { kind: 'same', text: a.slice(0, start).join('') },
    ...middle,
    { kind: 'same', text: a.slice(a.length - end).join('') },
  ])
  return worthwhile(segments) ? segments : merge(replaced(a, b))
}

function tokens(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|./gsu) ?? []
}

function replaced(a: readonly string[], b: readonly string[]): Segment[] {
  return [
    { kind: 'removed', text: a.join('') },
    { kind: 'added', text: b.join('') },
  ]
}

function longestCommon(a: readonly string[], b: readonly string[]): Segment[] {
  const width = b.length + 1
  // lengths[i * width + j] is the longest common subsequence of a from i on and b from j on.
  const lengths = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const out: Segment[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const left = a[i]
    const right = b[j]
    if (left !== undefined && left === right) {
      out.push({ kind: 'same', text: left })
      i++
      j++
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      out.push({ kind: 'removed', text: left })
      i++
    } else if (right !== undefined) {
      out.push({ kind: 'added', text: right })
      j++
    }
  }
  return out
}

function merge(segments: readonly Segment[]): Segment[] {
  const out: Segment[] = []
  for (const segment of segments) {
    if (segment.text === '') continue
    const last = out.at(-1)
    if (last?.kind === segment.kind) {
      out[out.length - 1] = { kind: last.kind, text: last.text + segment.text }
    } else {
      out.push(segment)
    }
  }
  return out
}

function worthwhile(segments: readonly Segment[]): boolean {
  let same = 0
  let total = 0
  for (const { kind, text } of segments) {
    const letters = text.replace(/[^\p{L}\p{N}]/gu, '').length
    total += letters
    if (kind === 'same') same += letters
  }
  return total === 0 || same / total >= 0.2
}
