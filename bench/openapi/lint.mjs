// Holds OpenAPI documents to all of Spectral's recommended rules: node lint.mjs FILE…
// Apart from the pages' packages: building them needs none of these.
import { readFile } from 'node:fs/promises'
import core from '@stoplight/spectral-core'
import parsers from '@stoplight/spectral-parsers'
import rulesets from '@stoplight/spectral-rulesets'

const spectral = new core.Spectral()
spectral.setRuleset({ extends: [[rulesets.oas, 'recommended']] })
const severities = ['error', 'warning', 'information', 'hint']

for (const file of process.argv.slice(2)) {
  const text = await readFile(file, 'utf8')
  const found = await spectral.run(new core.Document(text, parsers.Json, file))
  for (const f of found) {
    console.error(`${file}:${f.range.start.line + 1} ${severities[f.severity]} ${f.code}: ${f.message} (${f.path.join('.')})`)
    if (f.severity <= 1) process.exitCode = 1
  }
}
