import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { freePort } from '@elves/standalone/free-port.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { embeddedPostgres } from '@elves/standalone/postgres/embedded-postgres.ts'
import { type StartedService, serviceProcess } from '@elves/tests/support/service-process.ts'
import { throwAway } from './throw-away.ts'

/** A center of three processes and a Postgres, without Kafka, as the guide starts it. */
export interface ThreeServices {
  readonly graphqlUrl: string
  readonly token: string
  readonly gatewayUrl: string
  /** Process id of command-service. */
  readonly commandPid: number
  /** Lines of all their logs at WARN or above. */
  warnings(): readonly string[]
  stop(): Promise<void>
}

export async function threeServices(env: Readonly<Record<string, string>>): Promise<ThreeServices> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-bench-'))
  await chmod(dir, 0o755)
  const running: { stop(): Promise<void> }[] = []
  const stop = throwAway(async () => {
    for (const one of running.reverse()) await one.stop()
    await removeDataFolder(join(dir, 'postgres'))
    await rm(dir, { recursive: true, force: true })
  })
  const warnings: string[] = []
  try {
    const postgres = await embeddedPostgres({ dir: join(dir, 'postgres'), logger: silentLogger })
    running.push(postgres)
    const [token, joinToken, secret] = Array.from({ length: 3 }, () => randomBytes(24).toString('base64url')) as [string, string, string]
    const [http, command, projection] = [await freePort(), await freePort(), await freePort()]
    const settings = {
      ELVES_DATABASE_URL: postgres.url,
      ELVES_SERVICE_SECRET: secret,
      ELVES_JOIN_TOKEN: joinToken,
      ELVES_AUTH_ID: '1',
      ELVES_AUTH_KEY: secret,
      ELVES_TOKEN: token,
      ELVES_COMMAND_URL: `http://127.0.0.1:${command}`,
      ELVES_HTTP_PORT: String(http),
      ELVES_COMMAND_PORT: String(command),
      ELVES_PROJECTION_PORT: String(projection),
      ELVES_APP_PACKAGES_DIR: join(dir, 'app-packages'),
      ELVES_LOG_LEVEL: 'info',
      ...env,
    }
    const onLine = (line: string) => {
      if (/"level":"(warn|error|fatal)"/.test(line)) warnings.push(line)
    }
    const started: StartedService[] = []
    for (const service of ['command-service', 'projection-service', 'query-service']) {
      const one = await serviceProcess(`${service}/main.ts`, settings, onLine)
      running.push(one)
      started.push(one)
    }
    return {
      graphqlUrl: `http://127.0.0.1:${http}/graphql`,
      token,
      gatewayUrl: `ws://127.0.0.1:${command}/gateway?token=${joinToken}`,
      commandPid: started[0]?.pid ?? 0,
      warnings: () => warnings,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
