import { type Code, codes } from '@elves/core/foundation/codes.ts'
import { settings } from '@elves/core/foundation/settings.ts'

/** What `npm run generate` writes for docs/reference: the pages that list what the code defines. */
export function docSources(): Record<string, string> {
  return { 'reference/codes.md': codesPage(), 'reference/settings.md': settingsPage() }
}

const kinds = {
  refusal: ['Refusals', 'An expected no. GraphQL: `refusal.code`; REST v2: its own code (rest-v2 maps them); nothing was done.'],
  failure: ['Failures of tasks', 'Why a task did not succeed. GraphQL: `Task.failure.code`.'],
  error: ['Errors', 'The request or the platform is at fault. GraphQL: `errors[].extensions.code`; HTTP: `error.code`.'],
} as const

function codesPage(): string {
  const sections = Object.entries(kinds).map(([kind, [title, meaning]]) => {
    const rows = (Object.keys(codes) as Code[]).filter((code) => codes[code].kind === kind).map((code) => `| \`${code}\` | ${codes[code].meaning} |`)
    return `## ${title}\n\n${meaning}\n\n| code | meaning |\n| --- | --- |\n${rows.join('\n')}\n`
  })
  return `# Codes\n\n${source('core/foundation/codes.ts')}\n\nCodes are stable: scripts may rely on them, texts may change.\n\n${sections.join('\n')}`
}

function settingsPage(): string {
  const rows = Object.entries(settings).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${meaning} |`,
  )
  const intro =
    'Read once at the start. An unknown `ELVES_*` variable is refused with the nearest name; one that is set to nothing counts as not set.'
  return `# Settings\n\n${source('core/foundation/settings.ts')}\n\n${intro}\n\n| variable | default | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}

function source(path: string): string {
  return `Generated from ${path} by \`npm run generate\`; do not edit.`
}
