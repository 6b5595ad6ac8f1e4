import { join, resolve } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { release } from '@elves/core/foundation/release.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { Option } from 'commander'
import { type Architecture, architectures } from './node-runtime.ts'
import { packageAgent } from './package-agent.ts'

const meaning = [
  'Makes the packages of the agent for hosts with Linux: the agent in one file and the Node that runs it, nothing to install beside them.',
  'For each architecture a folder, a tar.gz, a .deb, and a zip by which the center updates agents, with their SHA-256. The center serves what is in dist/agent.',
].join(' ')

interface Options {
  readonly out: string
  readonly arch?: Architecture
  readonly level: string
  readonly deb: boolean
  readonly release: string
}

const {
  out,
  arch,
  level,
  deb,
  release: saidRelease,
} = commandLine('npm run package-agent --', meaning)
  .option('--out <folder>', 'where to', join(import.meta.dirname, '..', '..', 'dist', 'agent'))
  .addOption(new Option('--arch <name>', 'for this architecture only').choices(architectures))
  .addOption(
    new Option('--level <1-9>', 'how hard to compress: 1 is done in seconds').choices(['1', '2', '3', '4', '5', '6', '7', '8', '9']).default('9'),
  )
  .option('--release <version>', 'what the agent says that it is: an update of agents has to be another version', release)
  .option('--no-deb', 'no .deb')
  .parse()
  .opts<Options>()

try {
  await packageAgent({
    out: resolve(out),
    architectures: arch === undefined ? architectures : [arch],
    level: Number(level),
    withDeb: deb,
    release: saidRelease,
    cacheDir: process.env['ELVES_CACHE_DIR'] ?? '',
    say: (text) => void process.stdout.write(`${text}\n`),
  })
} catch (error) {
  const { code, message } = startError(error)
  process.stderr.write(`[${code}] ${message}\n`)
  process.exitCode = 1
}
