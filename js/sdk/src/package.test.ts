// @vitest-environment node
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { bundleSize } from '../bench/bundle.mjs'

const sdk = fileURLToPath(new URL('..', import.meta.url))

it('has in its package what users need and nothing else', () => {
  const out = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], {
    cwd: sdk,
    encoding: 'utf8',
  })
  const packed = JSON.parse(out.slice(out.indexOf('['))) as { files: { path: string }[] }[]
  const paths = packed.flatMap((p) => p.files.map((f) => f.path))
  expect(paths).toEqual(
    expect.arrayContaining(['package.json', 'README.md', 'dist/index.js', 'dist/browser.d.ts']),
  )
  const others = paths.filter(
    (p) => !/^dist\/.*\.(js|d\.ts)$|^package\.json$|^README\.md$|^LICENSE$/.test(p),
  )
  expect(others).toEqual([])
  expect(paths.filter((p) => /test|bench/.test(p))).toEqual([])
}, 60_000)

it('adds no more than 12 kB to a page', async () => {
  expect(await bundleSize()).toBeLessThanOrEqual(12)
}, 60_000)
