/**
 * The path that the page is served under, without a slash at its end; empty at the root. The server
 * says it in <meta name="otel-activity-base">, or in <base>, to which all addresses of files are relative.
 */
export function basePath(doc: Document = document): string {
  const meta = doc.querySelector<HTMLMetaElement>('meta[name="otel-activity-base"]')?.content
  const path = meta || new URL(doc.baseURI).pathname.replace(/[^/]*$/, '')
  return path.replace(/\/+$/, '')
}
