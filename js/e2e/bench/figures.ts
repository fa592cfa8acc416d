/** Figures within their bounds, and one line for each that begins with RESULT. */
export function result(name: string, value: number, unit: string, bound: string): void {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(2)
  process.stdout.write(`RESULT ${name} ${text} ${unit} (bound: ${bound})\n`)
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

export function median(values: number[]): number {
  return percentile(values, 0.5)
}
