import { copyFile } from 'node:fs/promises'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { appStore, type SwitchStep } from './app-store.ts'
import { notReplaceable } from './own-program.ts'

/** A process that switches an app to a version of a package on the disk, and dies by kill -9 at a step. */
const [folder = '', packagePath = '', sha256 = '', version = '', step = ''] = process.argv.slice(2)

const store = await appStore({
  folder,
  download: (_wanted, path) => copyFile(packagePath, path),
  isLocal: () => false,
  report: () => undefined,
  onChange: () => undefined,
  onStep: (reached: SwitchStep) => {
    if (reached === step) process.kill(process.pid, 'SIGKILL')
  },
  program: notReplaceable,
  logger: silentLogger,
})
store.set({ revision: 1, apps: [{ app: 'shop', version, sha256, bytes: 1 }], removed: [], correlationId: '', logId: 'log' })
await store.idle()
