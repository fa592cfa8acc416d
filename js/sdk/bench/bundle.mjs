// Measures what the SDK adds to a page: the browser's entry with all of its functions,
// minified and compressed, without OpenTelemetry's API.
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const entry = fileURLToPath(new URL('../src/browser.ts', import.meta.url))

/** The size in kB (1,000 bytes) after gzip. */
export async function bundleSize() {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      lib: { entry, formats: ['es'], fileName: 'sdk' },
      rollupOptions: { external: [/^@opentelemetry\//] },
    },
  })
  const [{ output }] = [result].flat()
  return output.reduce((sum, file) => sum + gzipSync(file.code ?? '').length, 0) / 1000
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`RESULT sdk_ts_bundle_gz_kb ${(await bundleSize()).toFixed(2)} kB\n`)
}
