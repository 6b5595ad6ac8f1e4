/**
 * Which package may import which. `core` stands for all its parts; each part has its own row. A new package is one line here;
 * `npm run generate` makes Biome's rules from it. `@elves/tests` is left out: test files of every package use it.
 */
export const importRules: readonly ImportRule[] = [
  { folder: 'schemas', may: [] },
  { folder: 'sdk', may: ['schemas'] },
  { folder: 'core/foundation', may: [] },
  { folder: 'core/domain', may: ['schemas', 'core/foundation'], libraries: ['pg', 'fastify', 'ws'] },
  { folder: 'core/http', may: ['core/foundation'] },
  { folder: 'core/tracing', may: ['core/foundation'] },
  { folder: 'core/kafka', may: ['schemas', 'core/foundation'] },
  { folder: 'core/eventing', may: ['schemas', 'core/foundation', 'core/domain', 'core/kafka'] },
  { folder: 'core/app-package', may: ['schemas', 'core/foundation'] },
  { folder: 'core/command-api', may: ['schemas', 'core/foundation', 'core/domain', 'core/eventing'] },
  { folder: 'core/read-models', may: ['schemas', 'core/foundation', 'core/domain', 'core/eventing'] },
  { folder: 'core/watching', may: ['schemas', 'core/foundation', 'core/domain', 'core/eventing'] },
  { folder: 'core/audit', may: ['schemas', 'core/foundation', 'core/domain', 'core/eventing', 'core/read-models'] },
  { folder: 'command-service', may: ['schemas', 'core'] },
  { folder: 'projection-service', may: ['schemas', 'core'] },
  { folder: 'query-service', may: ['schemas', 'core'] },
  { folder: 'dashboard', may: [] },
  { folder: 'agent', may: ['schemas', 'core/foundation', 'core/kafka', 'core/app-package'] },
  { folder: 'standalone', may: ['schemas', 'core', 'command-service', 'projection-service', 'query-service', 'agent'] },
]

export interface ImportRule {
  readonly folder: string
  /** Packages that it may import, besides itself. */
  readonly may: readonly string[]
  /** Libraries that it must not import. */
  readonly libraries?: readonly string[]
}

/** Returns Biome's configuration that enforces the table. */
export function biomeImportRules(rules: readonly ImportRule[] = importRules): object {
  return { overrides: rules.map((rule) => override(rule, rules)) }
}

function override(rule: ImportRule, rules: readonly ImportRule[]): object {
  const others = rules.map(({ folder }) => folder).filter((folder) => folder !== rule.folder)
  const forbidden = others.filter((folder) => !isAllowed(folder, rule)).flatMap(importsOf)
  const group = new Set([...forbidden, ...selfByName(rule), ...pathsToOthers(rule, others), ...(rule.libraries ?? [])])
  const message = `${rule.folder} imports of ours: ${rule.may.join(', ') || 'nothing'} (tools/lint/import-rules.ts)`
  const noRestrictedImports = { level: 'error', options: { patterns: [{ group: [...group], message }] } }
  return { includes: [`${rule.folder}/**`], linter: { rules: { style: { noRestrictedImports } } } }
}

function isAllowed(folder: string, { may }: ImportRule): boolean {
  return may.includes(folder) || (folder.startsWith('core/') && may.includes('core'))
}

/** Parts of core import each other by path. */
function importsOf(folder: string): string[] {
  const part = /^core\/(.+)$/.exec(folder)?.[1]
  return [`@elves/${folder}/**`, ...(part === undefined ? [] : [`**/../${part}/**`])]
}

function selfByName({ folder }: ImportRule): string[] {
  return [`@elves/${packageOf(folder)}/**`]
}

/** Paths into other packages, also allowed ones. They are forbidden because packages import each other by name. */
function pathsToOthers(rule: ImportRule, others: readonly string[]): string[] {
  const packages = others.map(packageOf).filter((name) => name !== packageOf(rule.folder))
  return packages.map((name) => `**/../${name}/**`)
}

function packageOf(folder: string): string {
  return folder.split('/')[0] as string
}
