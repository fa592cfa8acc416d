// @vitest-environment node
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { version } from './version.js'

it('is that of the package', () => {
  const url = new URL('../package.json', import.meta.url)
  expect(version).toBe(JSON.parse(readFileSync(url, 'utf8')).version)
})
