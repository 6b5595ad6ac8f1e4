import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { signerOf } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { boundOf } from '@elves/query-service/audit/export-door.ts'
import { Option } from 'commander'
import { exportToFile } from './audit/export-file.ts'
import { reportToFile } from './audit/report-file.ts'
import { auditReport, verifyFile } from './audit/verify-report.ts'
import { databaseOption } from './database-of-tool.ts'
import { type ToolGround, toolProcess } from './tool-process.ts'

const meaning = [
  'export FILE writes the log with all that its proof needs, up to the last signed head, while the platform runs or while it is stopped.',
  'verify FILE says whether such a file is what was signed, and which event is wrong and how; it needs no platform.',
  'report FILE says for people who could do what in a period, and who did what, as text or as HTML to print.',
  'key prints the public key that heads are signed with: give it to whoever verifies, by a way of its own.',
].join('\n')
const notes = [
  'verify without --key or --head takes the key in the file, and so only says that the file fits itself.',
  'tools/audit/verify.py does the same with nothing but Python. Guide: docs/guides/audit.md.',
  'Exit code: 0 done, or nothing is wrong; 1 something is wrong; 2 it failed; 130 interrupted.',
].join('\n')

const several = (path: string, before: readonly string[]) => [...before, path]
const program = commandLine('npm run audit --', meaning, notes)
  .argument('<what>', 'export, verify, report or key')
  .argument('[file]', 'the export, or the report')
  .option('--from <place>', 'export, report: from this instant on (2026-01-31T12:00:00Z); export: or after this position')
  .option('--to <place>', 'export, report: before this instant; export: or up to this position')
  .addOption(
    new Option('--format <format>', 'export: ndjson or csv; report: text or html; default by the end of FILE').choices([
      'ndjson',
      'csv',
      'text',
      'html',
    ]),
  )
  .addOption(new Option('--language <language>', 'report').choices(['en', 'zh']).default('en'))
  .option('--key <file>', 'verify: public keys that are trusted, one a line; may be given several times', several, [])
  .option('--head <file>', 'verify: heads that were kept elsewhere, one a line; may be given several times', several, [])
  .option(...databaseOption)
  .parse()

interface Options {
  readonly from?: string
  readonly to?: string
  readonly format?: 'ndjson' | 'csv' | 'text' | 'html'
  readonly language: 'en' | 'zh'
  readonly key: readonly string[]
  readonly head: readonly string[]
  readonly databaseUrl?: string
}
const options = program.opts<Options>()
const [what = '', file = ''] = program.args

async function exported(ground: ToolGround): Promise<number> {
  const range = { from: boundOf('--from', options.from), to: boundOf('--to', options.to) }
  const format = options.format ?? (file.endsWith('.csv') ? 'csv' : 'ndjson')
  if (format !== 'csv' && format !== 'ndjson') throw new ElvesError('CONFIG_INVALID', `an export is ndjson or csv, not ${format}`)
  const events = await exportToFile({ ...ground, file, range, format, databaseUrl: options.databaseUrl })
  process.stdout.write(`${events} events are in ${resolve(file)}.\n`)
  return 0
}

async function reported(ground: ToolGround): Promise<number> {
  const format = options.format ?? (/\.html?$/.test(file) ? 'html' : 'text')
  if (format !== 'text' && format !== 'html') throw new ElvesError('CONFIG_INVALID', `a report is text or html, not ${format}`)
  const period = { from: instantOf('--from', options.from) ?? 0, to: instantOf('--to', options.to) ?? Date.now() }
  const { language, databaseUrl } = options
  const events = await reportToFile({ ...ground, file, period, format, language, databaseUrl })
  process.stdout.write(`What ${events} events say is in ${resolve(file)}.\n`)
  return 0
}

function instantOf(name: string, text: string | undefined): number | null {
  const bound = boundOf(name, text)
  if (bound && !('instant' in bound)) throw new ElvesError('CONFIG_INVALID', `${name}: a report is of a time, not of positions`)
  return bound?.instant ?? null
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

const commands: Readonly<Record<string, (ground: ToolGround) => Promise<number>>> = {
  export: exported,
  verify: verified,
  report: reported,
  key: shown,
}

await toolProcess('audit', process.env, async (ground) => {
  const run = commands[what]
  if (!run) throw new ElvesError('CONFIG_INVALID', `${what} is none of export, verify, report and key; npm run audit -- --help tells more`)
  if (run !== shown && file === '') throw new ElvesError('CONFIG_INVALID', `${what} needs a FILE`)
  return run(ground)
})
