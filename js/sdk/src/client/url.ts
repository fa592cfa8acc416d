type Value = string | number | boolean | undefined | readonly (string | number)[]

/** A query string: repeated for each value of a list, except `fields`, which takes commas. */
export function queryString(query: Readonly<Record<string, Value>> = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue
    if (typeof value !== 'object') params.append(name, String(value))
    else if (name === 'fields') {
      if (value.length > 0) params.append(name, value.join(','))
    } else for (const one of value) params.append(name, String(one))
  }
  const text = params.toString()
  return text && `?${text}`
}

/** The API's root below the page's, which in a browser may be relative to the document. */
export function apiRoot(baseUrl: string): string {
  const base = typeof document === 'undefined' ? undefined : document.baseURI
  if (!URL.canParse(baseUrl, base)) {
    throw new TypeError(
      `baseUrl is ${JSON.stringify(baseUrl)}: write where the Collector's page is, as in https://activity.example.com`,
    )
  }
  const root = new URL(baseUrl, base).href
  return `${root.endsWith('/') ? root : `${root}/`}api/v1`
}
