import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { release as ownRelease } from '@elves/core/foundation/release.ts'
import { type Plugin, rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..', '..')
const entry = join(root, 'agent', 'command-line', 'packaged-main.ts')

/** Native add-ons of `ws`, which it does without where they are missing. */
const addOns = ['bufferutil', 'utf-8-validate']

/** A CommonJS file of a bundle. */
export interface BundleFile {
  readonly name: string
  readonly code: string
}

export interface Bundle {
  /** `elves-agent.cjs`, which is run, and what it loads when it is needed: the Kafka client, Thrift, the commands. */
  readonly files: readonly BundleFile[]
  /** The licenses of the packages in it. */
  readonly licenses: string
}

/** Bundles the agent, which says that it is this release, with everything that it needs but Node. Throws if anything that it imports would stay outside. */
export async function bundleAgent(release = ownRelease): Promise<Bundle> {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    external: addOns,
    plugins: [requiresInside, saying(release)],
    onLog(level, log) {
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new ElvesError('INTERNAL', log.message)
    },
  })
  try {
    // CommonJS, because the libraries inside ask for __dirname. Names stay, so that a stack trace can be read.
    const { output } = await build.generate({
      format: 'cjs',
      // What an agent does not need for its work is not even read: parsing it took 9 MB for good (0145).
      codeSplitting: true,
      entryFileNames: 'elves-agent.cjs',
      chunkFileNames: '[name].cjs',
      comments: false,
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    })
    const chunks = output.map((file) => {
      if (file.type !== 'chunk') throw new ElvesError('INTERNAL', `the bundle has a file that is no code: ${file.fileName}`)
      return file
    })
    const files = chunks.map(({ fileName, code }) => ({ name: fileName, code: asciiOnly(code) }))
    return { files, licenses: licensesOf(chunks.flatMap(({ moduleIds }) => moduleIds)) }
  } finally {
    await build.close()
  }
}

/** V8 keeps a text with one character beyond Latin-1 in two bytes for each of all. */
function asciiOnly(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
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

function saying(release: string): Plugin {
  return {
    name: 'release',
    transform(code, id) {
      if (!id.endsWith('/core/foundation/release.ts')) return null
      const said = code.replace(/= manifest\.version\b/, `= ${JSON.stringify(release)}`)
      if (said === code) throw new ElvesError('INTERNAL', `${id} does not have the release as it did`)
      return said
    },
  }
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
