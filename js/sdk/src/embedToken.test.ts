// @vitest-environment node
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createEmbedToken } from './embedToken.js'

interface Case {
  name: string
  key: string
  project: string
  subject?: string
  ttlSeconds: number
  issuedAt: string
  token: string
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../testdata/tokens/embed-token.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

describe('createEmbedToken', () => {
  test.each(cases)('$name: makes the token that every SDK makes', async (c) => {
    const claims = { project: c.project, ttl: c.ttlSeconds, issuedAt: new Date(c.issuedAt) }
    expect(
      await createEmbedToken(c.key, c.subject ? { ...claims, subject: c.subject } : claims),
    ).toBe(c.token)
  })

  test('refuses a short key and a token for no project', async () => {
    await expect(createEmbedToken('short', { project: 'acme' })).rejects.toThrow('at least 32')
    await expect(createEmbedToken('k'.repeat(32), { project: '' })).rejects.toThrow('project')
  })
})
