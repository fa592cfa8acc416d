/**
 * Escapes what is not ASCII in a text of JSON, where it is in strings alone: a database may
 * have another encoding than UTF-8, and keeps messages in it.
 */
export function ascii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
