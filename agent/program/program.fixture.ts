import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { AgentAppReport } from '@elves/schemas/generated/types.ts'
import { type AppStore, appStore, type SwitchStep } from '../app-store/app-store.ts'
import type { AgentProgram } from './program-state.ts'
import { type ProgramStep, type ProgramUpdatesOptions, programUpdates } from './program-updates.ts'

export interface ProgramHost extends Partial<Pick<ProgramUpdatesOptions, 'restart' | 'reachMs' | 'whenQuiet'>> {
  readonly dataDir: string
  /** Path of the package that is "downloaded". */
  readonly packagePath: string
  readonly program?: AgentProgram | null
  readonly isTrial?: boolean
  readonly report?: (told: Omit<AgentAppReport, 'reportId'>) => void
  readonly onStep?: (step: SwitchStep | ProgramStep) => void
}

/** A store of apps on a data folder, with the agent's own program, which is packages on the disk. */
export async function programHost({ dataDir, packagePath, program = null, isTrial = false, ...given }: ProgramHost) {
  const { report = () => undefined, onStep = () => undefined, restart = () => undefined, reachMs = 60_000, whenQuiet = async () => true } = given
  const baseDir = join(dataDir, 'base')
  await mkdir(baseDir, { recursive: true })
  await writeFile(join(baseDir, 'VERSION'), 'base')
  const common = { report, onStep, logger: silentLogger }
  const updates = programUpdates({ ...common, dataDir, running: { program, isTrial, baseDir }, quietMs: 1_000, reachMs, whenQuiet, restart })
  const store: AppStore = await appStore({
    ...common,
    folder: join(dataDir, 'app-store'),
    download: (_wanted, path) => copyFile(packagePath, path),
    isLocal: () => false,
    onChange: () => undefined,
    program: updates,
    patienceMs: 0,
  })
  return { store, updates }
}
