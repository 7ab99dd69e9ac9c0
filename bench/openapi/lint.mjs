// Holds OpenAPI documents to all of Spectral's and Redocly's recommended rules: node lint.mjs FILE…
// Apart from the pages' packages: building them needs none of these.
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
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

  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const redocly = fileURLToPath(new URL('node_modules/.bin/redocly', import.meta.url))
  const { problems } = JSON.parse(spawnSync(redocly, ['lint', '--format=json', file], { env, encoding: 'utf8' }).stdout)
  for (const p of problems) {
    console.error(`${file} ${p.severity} ${p.ruleId}: ${p.message} (${p.location[0]?.pointer})`)
    process.exitCode = 1
  }
}
