import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { signerOf } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { boundOf } from '@elves/query-service/audit/export-door.ts'
import { Option } from 'commander'
import { exportToFile } from './audit/export-file.ts'
import { auditReport, verifyFile } from './audit/verify-report.ts'
import { databaseOption } from './database-of-tool.ts'
import { type ToolGround, toolProcess } from './tool-process.ts'

const meaning = [
  'export FILE writes the log with all that its proof needs, up to the last signed head, while the platform runs or while it is stopped.',
  'verify FILE says whether such a file is what was signed, and which event is wrong and how; it needs no platform.',
  'key prints the public key that heads are signed with: give it to whoever verifies, by a way of its own.',
].join('\n')
const notes = [
  'verify without --key or --head takes the key in the file, and so only says that the file fits itself.',
  'tools/audit/verify.py does the same with nothing but Python. Guide: docs/guides/audit.md.',
  'Exit code: 0 done, or nothing is wrong; 1 something is wrong; 2 it failed; 130 interrupted.',
].join('\n')

const several = (path: string, before: readonly string[]) => [...before, path]
const program = commandLine('npm run audit --', meaning, notes)
  .argument('<what>', 'export, verify or key')
  .argument('[file]', 'the export')
  .option('--from <place>', 'export: after this position, or from this instant on (2026-01-31T12:00:00Z)')
  .option('--to <place>', 'export: up to this position, or before this instant')
  .addOption(new Option('--format <format>', 'export: default csv for a FILE that ends with .csv, else ndjson').choices(['ndjson', 'csv']))
  .option('--key <file>', 'verify: public keys that are trusted, one a line; may be given several times', several, [])
  .option('--head <file>', 'verify: heads that were kept elsewhere, one a line; may be given several times', several, [])
  .option(...databaseOption)
  .parse()

interface Options {
  readonly from?: string
  readonly to?: string
  readonly format?: 'ndjson' | 'csv'
  readonly key: readonly string[]
  readonly head: readonly string[]
  readonly databaseUrl?: string
}
const options = program.opts<Options>()
const [what = '', file = ''] = program.args

async function exported(ground: ToolGround): Promise<number> {
  const range = { from: boundOf('--from', options.from), to: boundOf('--to', options.to) }
  const format = options.format ?? (file.endsWith('.csv') ? 'csv' : 'ndjson')
  const events = await exportToFile({ ...ground, file, range, format, databaseUrl: options.databaseUrl })
  process.stdout.write(`${events} events are in ${resolve(file)}.\n`)
  return 0
}

async function verified(): Promise<number> {
  const verdict = await verifyFile({ file, keys: options.key, heads: options.head })
  process.stdout.write(auditReport(verdict))
  return verdict.findings.length === 0 ? 0 : 1
}

async function shown({ settings }: ToolGround): Promise<number> {
  const path = settings.ELVES_AUDIT_KEY_FILE || join(resolve(settings.ELVES_DATA_DIR), 'audit-key')
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw startError(error, path)
  })
  process.stdout.write(`${signerOf(text.trim()).publicKey}\n`)
  return 0
}

const commands: Readonly<Record<string, (ground: ToolGround) => Promise<number>>> = { export: exported, verify: verified, key: shown }

await toolProcess('audit', process.env, async (ground) => {
  const run = commands[what]
  if (!run) throw new ElvesError('CONFIG_INVALID', `${what} is none of export, verify and key; npm run audit -- --help tells more`)
  if (run !== shown && file === '') throw new ElvesError('CONFIG_INVALID', `${what} needs a FILE`)
  return run(ground)
})
