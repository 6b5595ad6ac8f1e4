import { join } from 'node:path'
import { appPackagesFolder } from '@elves/core/app-package/app-packages-folder.ts'
import { reads } from '@elves/core/foundation/setting-readers.ts'
import type { SettingName } from '@elves/core/foundation/settings.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import type { Given } from '../agent-env.ts'
import type { KeptRunning } from '../kept-running.ts'
import type { ClusterReady, ScaledService } from '../ready-file.ts'
import type { KeptGroup } from '../runner/kept-parts.ts'
import type { PreparedRun } from '../runner/plan.ts'
import type { InstanceComponents, LogLevels } from './cluster-size.ts'
import { answersReady, type InstanceProcess, instanceProcess, serviceAnswer, untilReady } from './instance-process.ts'
import { portSettings, serviceEnv } from './service-env.ts'

/** All instances of one service. */
export interface Service {
  readonly urls: readonly string[]
  pids(): readonly number[]
}

export interface StartService {
  readonly service: ScaledService
  /** Ports of its instances. */
  readonly ports: readonly number[]
  readonly given: Given
  readonly logLevels: LogLevels
  readonly components: InstanceComponents
  readonly group: KeptGroup
}

const root = join(import.meta.dirname, '..', '..')
const mains: Readonly<Record<ScaledService, string>> = {
  'command-service': join(root, 'command-service', 'main.ts'),
  gateway: join(root, 'command-service', 'gateway-main.ts'),
  'projection-service': join(root, 'projection-service', 'main.ts'),
  'query-service': join(root, 'query-service', 'main.ts'),
}

const startTimeoutMs = 180_000
/** A restarted instance gets into the ready file when it can work, or after this time if it still can not. */
const restartTimeoutMs = 30_000
/** Added to the time for work in flight, to get how long a process may take to stop. */
const stopMarginMs = 5_000

/** Starts all instances at once; resolves when each can do its work. */
export async function startService(
  ground: PreparedRun<ClusterReady>,
  { service, ports, given, logLevels, components, group }: StartService,
): Promise<Service> {
  const instances: KeptRunning<InstanceProcess>[] = []
  const urls = ports.map((port) => `http://127.0.0.1:${port}`)
  await Promise.all(
    urls.map(async (url, index) => {
      const name = `${service}-${index + 1}`
      const some = components[name] === undefined ? {} : { ELVES_PROCESS_COMPONENTS: components[name] }
      const own = { ...given, ...some, ELVES_INSTANCE: name, [portSettings[service]]: new URL(url).port }
      instances[index] = await group.keep({
        name,
        start: (last: InstanceProcess | null) => startInstance(ground, { name, service, url, given: own, logLevels, isFirst: last === null }),
        probe: { ask: () => serviceAnswer(url), isSlowToStart: true },
        restarted: async (started) => void (await until(async () => started.isEnded() || (await answersReady(url)), restartTimeoutMs)),
      })
    }),
  )
  return { urls, pids: () => instances.map((instance) => instance.current().pid) }
}

interface StartInstance extends Pick<StartService, 'service' | 'logLevels'> {
  readonly name: string
  readonly url: string
  readonly given: Readonly<Partial<Record<SettingName, string>>>
  /** True: not getting ready in time is a failure. A later start does not wait for that: something the instance needs may be down. */
  readonly isFirst: boolean
}

async function startInstance(
  ground: PreparedRun<ClusterReady>,
  { name, service, url, given, logLevels, isFirst }: StartInstance,
): Promise<InstanceProcess> {
  const { env, dataDir, settings, log, stopping } = ground
  const own = serviceEnv(service, env, {
    ...given,
    // All are on this machine, and share the folder.
    ...(reads(service, 'ELVES_APP_PACKAGES_DIR') && { ELVES_APP_PACKAGES_DIR: appPackagesFolder({ ...settings, ELVES_DATA_DIR: dataDir }) }),
    ELVES_LOG_LEVEL: logLevels[service] ?? settings.ELVES_LOG_LEVEL,
  })
  const lines = log.named(name)
  const started = instanceProcess({
    main: mains[service],
    env: { NODE_COMPILE_CACHE: join(dataDir, 'cache'), ...own },
    onLine: (line) => lines.write(line),
    stopMs: settings.ELVES_SHUTDOWN_MS + stopMarginMs,
  })
  if (!isFirst) return started
  try {
    await untilReady(name, started, url, { timeoutMs: startTimeoutMs, signal: stopping })
    return started
  } catch (error) {
    await started.stop()
    throw error
  }
}
