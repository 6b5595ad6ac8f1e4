import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { embeddedPostgres } from '@elves/standalone/postgres/embedded-postgres.ts'
import { removals } from './registry-lines.ts'
import { type Workbench, workbench } from './workbench.ts'

const meaning = `Removes each line of each registry, one at a time, and tells who notices: a test or the compiler.

It works in copies of the tree. Exits with 1 if nobody notices a removal.`

const command = commandLine('node tools/removals/main.ts', meaning)
  .argument('[text]', 'only entries, or files, with this text')
  .option('--at-once <number>', 'copies that work beside each other', Number, 2)
  .parse()
const [wanted = ''] = command.args
const { atOnce } = command.opts<{ atOnce: number }>()
const left = removals(join(import.meta.dirname, '..', '..')).filter(({ file, entry }) => file.includes(wanted) || entry.includes(wanted))
const tried = left.length
let unnoticed = 0

async function work(bench: Workbench): Promise<void> {
  for (let removal = left.shift(); removal !== undefined; removal = left.shift()) {
    const noticed = await bench.noticedBy(removal)
    process.stdout.write(`${removal.file}: ${removal.entry.replaceAll(/\s+/g, ' ')}\n    ${noticed ?? 'NOBODY NOTICES'}\n`)
    if (noticed === null) unnoticed += 1
  }
}

const stack = new Stack(silentLogger)
try {
  const folder = await mkdtemp(join(tmpdir(), 'elves-removals-'))
  await chmod(folder, 0o755)
  const dir = join(folder, 'postgres')
  stack.defer('folder', async () => {
    await removeDataFolder(dir)
    await rm(folder, { recursive: true, force: true })
  })
  const server = stack.use('server', await embeddedPostgres({ dir, logger: silentLogger }))
  const benches = await Promise.all(Array.from({ length: atOnce }, (_, index) => workbench(join(folder, `copy-${index}`), server.url)))
  // A test that fails anyway, on a busy machine for example, would notice everything.
  await benches[0]?.expectSound(left)
  await Promise.all(benches.map(work))
} finally {
  await stack.stop()
}
process.stdout.write(`${tried} tried, ${unnoticed} unnoticed\n`)
process.exitCode = unnoticed === 0 ? 0 : 1
