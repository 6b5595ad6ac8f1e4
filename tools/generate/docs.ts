import { type Code, codes } from '@elves/core/foundation/codes.ts'
import { programs, reads } from '@elves/core/foundation/setting-readers.ts'
import { type SettingName, settings } from '@elves/core/foundation/settings.ts'
import { restEndpoints } from '@elves/query-service/features.ts'
import { graphqlSdl } from '@elves/schemas/graphql/sdl.ts'
import { graphqlPage } from './graphql-page.ts'
import { restPage } from './rest-page.ts'

/** Makes the pages of docs/reference that `npm run generate` writes: they list what the code and the SDL define. */
export function docSources(): Record<string, string> {
  return {
    'reference/codes.md': codesPage(),
    'reference/graphql.md': graphqlPage(graphqlSdl()),
    'reference/rest-v2.md': restPage(restEndpoints),
    'reference/settings.md': settingsPage(),
  }
}

const kinds = {
  refusal: ['Refusals', 'An expected no. GraphQL: `refusal.code`; REST v2: the code in the last column. Nothing was done.'],
  failure: ['Failures of tasks', 'Why a task did not succeed. GraphQL: `Task.failure.code`.'],
  error: ['Errors', 'The request or the platform is at fault. GraphQL: `errors[].extensions.code`; HTTP: `error.code`.'],
} as const

function codesPage(): string {
  const sections = Object.entries(kinds).map(([kind, [title, meaning]]) => {
    const hasRest = kind === 'refusal'
    const rows = (Object.keys(codes) as Code[])
      .filter((code) => codes[code].kind === kind)
      .map((code) => `| \`${code}\` | ${codes[code].meaning} |${hasRest ? ` ${restCodeOf(codes[code])} |` : ''}`)
    const head = hasRest ? '| code | meaning | REST v2 |\n| --- | --- | --- |' : '| code | meaning |\n| --- | --- |'
    return `## ${title}\n\n${meaning}\n\n${head}\n${rows.join('\n')}\n`
  })
  return `# Codes\n\n${source('core/foundation/codes.ts')}\n\nCodes are stable: scripts may rely on them, texts may change.\n\n${sections.join('\n')}`
}

function restCodeOf({ rest = '410.1' }: { readonly meaning: string; readonly rest?: string }): string {
  return rest
}

function settingsPage(): string {
  const rows = Object.entries(settings).map(
    ([name, { fallback, meaning }]) =>
      `| \`${name}\` | ${String(fallback) === '' ? '' : `\`${fallback}\``} | ${meaning} | ${readersOf(name as SettingName)} |`,
  )
  const intro =
    'Read once at the start; all that is wrong is told at once. An unknown `ELVES_*` variable is refused with the nearest name; one that is set to nothing counts as not set. A program says at its start which variables are set that it does not read.'
  return `# Settings\n\n${source('core/foundation/settings.ts')}\n\n${intro}\n\n| variable | default | meaning | read by |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

/** Returns the programs that read the setting. `npm start` and `npm run cluster` pass such settings on to their services and agents. */
function readersOf(name: SettingName): string {
  const readers = programs.filter((program) => reads(program, name))
  return readers.length === 0 ? 'tests' : readers.join(', ')
}

function source(path: string): string {
  return `Generated from ${path} by \`npm run generate\`; do not edit.`
}
