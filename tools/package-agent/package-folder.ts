import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { agentEnvFile } from './agent-env.ts'
import type { Bundle } from './bundle.ts'
import type { NodeRuntime } from './node-runtime.ts'
import { slimElf } from './slim-elf.ts'

const root = join(import.meta.dirname, '..', '..')
const files = join(import.meta.dirname, 'files')

export interface PackageParts {
  readonly bundle: Bundle
  readonly runtime: NodeRuntime
  readonly release: string
}

/**
 * Lays out what is installed to /opt/elves-agent in a new folder:
 *
 * - `bin/elves-agent`: the command
 * - `lib/node`, `lib/elves-agent.cjs` and other `.cjs` that it loads when it needs them: the runtime and the agent
 * - `share/`: configuration file, systemd units, licenses
 * - `VERSION`: release and version of Node
 */
export async function packageFolder(folder: string, { bundle, runtime, release }: PackageParts): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  for (const part of ['bin', 'lib', 'share']) await mkdir(join(folder, part), { recursive: true })
  await copyFile(join(files, 'elves-agent.sh'), join(folder, 'bin', 'elves-agent'))
  await writeFile(join(folder, 'lib', 'node'), slimElf(await readFile(runtime.program)))
  for (const { name, code } of bundle.files) await writeFile(join(folder, 'lib', name), code)
  await writeFile(join(folder, 'share', 'agent.env'), agentEnvFile())
  for (const unit of ['elves-agent.service', 'own-user.conf']) await copyFile(join(files, unit), join(folder, 'share', unit))
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  await writeFile(join(folder, 'share', 'LICENSES.txt'), `${bundle.licenses}\n==== Node.js ${runtime.version}\n\n${runtime.license}`)
  await writeFile(join(folder, 'VERSION'), `elves-agent ${release}\nnode ${runtime.version}\n`)
  for (const program of ['bin/elves-agent', 'lib/node']) await chmod(join(folder, program), 0o755)
}
