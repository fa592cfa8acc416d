// @vitest-environment node
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { bundleSize } from '../bench/bundle.mjs'

const { exports } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { exports: object }
const sdk = fileURLToPath(new URL('..', import.meta.url))

it('has in its package what users need and nothing else', () => {
  const out = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], {
    cwd: sdk,
    encoding: 'utf8',
  })
  const packed = JSON.parse(out.slice(out.indexOf('['))) as { files: { path: string }[] }[]
  const paths = packed.flatMap((p) => p.files.map((f) => f.path))
  expect(paths).toEqual(
    expect.arrayContaining(['package.json', 'README.md', 'LICENSE', ...targetsOf(exports)]),
  )
  const others = paths.filter(
    (p) => !/^dist\/.*\.(js|d\.ts)$|^package\.json$|^README\.md$|^LICENSE$/.test(p),
  )
  expect(others).toEqual([])
  expect(paths.filter((p) => /test|bench/.test(p))).toEqual([])
}, 60_000)

/** The files that a map of entry points, which may be nested by conditions, leads to. */
function targetsOf(entry: object): string[] {
  return Object.values(entry).flatMap((target: string | object) =>
    typeof target === 'string' ? target.replace('./', '') : targetsOf(target),
  )
}

it('adds no more than 12 kB to a page', async () => {
  expect(await bundleSize()).toBeLessThanOrEqual(12)
}, 60_000)
