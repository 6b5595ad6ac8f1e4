import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type Plugin, rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..', '..')
const entry = join(root, 'agent', 'command-line', 'packaged-main.ts')

/** Native add-ons of `ws`, which it does without where they are missing. */
const addOns = ['bufferutil', 'utf-8-validate']

export interface Bundle {
  /** One CommonJS file with everything that an agent needs but Node. */
  readonly code: string
  /** The licenses of the packages in it. */
  readonly licenses: string
}

/** Bundles the agent into one file. Throws if anything that it imports would stay outside. */
export async function bundleAgent(): Promise<Bundle> {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    external: addOns,
    plugins: [requiresInside],
    onLog(level, log) {
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new ElvesError('INTERNAL', log.message)
    },
  })
  try {
    // CommonJS, because the libraries inside ask for __dirname. Names stay, so that a stack trace can be read.
    const { output } = await build.generate({
      format: 'cjs',
      codeSplitting: false,
      comments: false,
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    })
    const [chunk, ...others] = output
    if (others.length > 0) throw new ElvesError('INTERNAL', `the bundle has ${others.length} more files: ${others.map(({ fileName }) => fileName)}`)
    return { code: chunk.code, licenses: licensesOf(chunk.moduleIds) }
  } finally {
    await build.close()
  }
}

const requireMade = 'const require = createRequire(import.meta.url)\n'

/** core/kafka loads inner modules of kafkajs with a `require` of its own, which a bundler does not follow: inside the bundle it takes that of the bundler. */
const requiresInside: Plugin = {
  name: 'requires-inside',
  transform(code, id) {
    if (!id.endsWith('kafkajs-internals.ts')) return null
    if (!code.includes(requireMade)) throw new ElvesError('INTERNAL', `${id} does not make its require as it did`)
    return code.replace(requireMade, '')
  },
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

/** Returns name, version and license text of each package that any of the modules is of. */
function licensesOf(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ''))?.[0] ?? []))
  return [...folders].sort().map(licenseOf).join('\n')
}

function licenseOf(folder: string): string {
  const { name, version, license = 'see its text' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
  return `==== ${name} ${version}: ${license}\n\n${text}\n`
}
