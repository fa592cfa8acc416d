// The stylesheets are one file in the package: declarations must not point to the parts.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.d.ts')) continue
  const text = readFileSync(`dist/${name}`, 'utf8')
  writeFileSync(`dist/${name}`, text.replace(/^import '[^']+\.css';\n/gm, ''))
}
