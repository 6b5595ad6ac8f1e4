import { ownProgram } from '../app-store/own-program.ts'
import { programHost } from './program.fixture.ts'

/** A process that brings a program, reaches the center as it, and dies by kill -9 at a step. */
const [dataDir = '', packagePath = '', sha256 = '', version = '', step = ''] = process.argv.slice(2)
const onStep = (reached: string) => {
  if (reached === step) process.kill(process.pid, 'SIGKILL')
}
const first = await programHost({ dataDir, packagePath, onStep })
first.store.set({ revision: 1, apps: [{ app: ownProgram, version, sha256, bytes: 1 }], removed: [], correlationId: '', logId: 'log' })
await first.store.idle()
const second = await programHost({ dataDir, packagePath, onStep, program: { version, sha256 }, isTrial: true })
await second.updates.reached()
