/** The host and the path of a URL or a path, without user, port, query and fragment. */
export function splitTarget(target: string): { host: string; path: string } {
  let host = ''
  let path = target
  const scheme = target.indexOf('://')
  if (scheme >= 0) {
    const rest = target.slice(scheme + 3)
    const end = rest.search(/[/?#]/)
    host = end < 0 ? rest : rest.slice(0, end)
    path = end < 0 ? '' : rest.slice(end)
    host = host.slice(host.lastIndexOf('@') + 1)
    const colon = host.lastIndexOf(':')
    if (colon > host.lastIndexOf(']')) host = host.slice(0, colon)
  }
  const end = path.search(/[?#]/)
  if (end >= 0) path = path.slice(0, end)
  return { host, path: path || '/' }
}
