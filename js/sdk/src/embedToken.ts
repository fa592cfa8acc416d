/** Whom a token is for, what it opens, and how long. */
export interface EmbedClaims {
  /** The one project whose activities the bearer may read. */
  project: string
  /** Who looks at the page; the API's logs and `/me` name it. */
  subject?: string
  /** How long the token is good for, in seconds; 15 minutes unless it is set. */
  ttl?: number
  /** The time of issue; now unless it is set. */
  issuedAt?: Date
}

const audience = 'activity-api'
const defaultTTL = 900
const leastKeyLength = 32

/**
 * Makes a token with which a page embedded in your product reads the activities of
 * one project. Call it in your backend: the key, that of the Collector's
 * `activity_api: {embedding: {key}}`, must never reach a browser.
 *
 * The token is a JWT (RFC 7519) signed with HMAC-SHA-256.
 */
export async function createEmbedToken(
  key: string | Uint8Array,
  claims: EmbedClaims,
): Promise<string> {
  const secret = typeof key === 'string' ? new TextEncoder().encode(key) : key
  if (secret.length < leastKeyLength) {
    throw new RangeError(
      `the key has ${secret.length} bytes: use at least ${leastKeyLength}, from a random source`,
    )
  }
  if (!claims.project)
    throw new RangeError('a token needs a project: it opens that one and no other')
  const issued = Math.floor((claims.issuedAt ?? new Date()).getTime() / 1000)
  const payload = {
    aud: audience,
    exp: issued + (claims.ttl ?? defaultTTL),
    iat: issued,
    project: claims.project,
    ...(claims.subject ? { sub: claims.subject } : {}),
  }
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`
  const hmac = await crypto.subtle.importKey(
    'raw',
    new Uint8Array(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const signature = await crypto.subtle.sign('HMAC', hmac, new TextEncoder().encode(unsigned))
  return `${unsigned}.${base64url(new Uint8Array(signature))}`
}

const encode = (value: object) => base64url(new TextEncoder().encode(JSON.stringify(value)))

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
