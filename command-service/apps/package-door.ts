import type { AppPackages } from '@elves/core/app-package/app-packages.ts'
import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentAppsAggregate, agentAppsStream, knownApp } from '@elves/core/domain/agent-apps/agent-apps.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { isSignedBy } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isAgentId } from '@elves/core/foundation/ids.ts'
import { sendFile } from '@elves/core/http/send-file.ts'
import { agentScheme, packagePath, packageRequestMs, packageStatement } from '@elves/schemas/link/package-request.ts'
import type { FastifyInstance } from 'fastify'
import { gatewayPath } from '../link/gateway-path.ts'

/** A host behind a slow line may take this long for a package. */
const fetchMs = 3_600_000
/** An agent's idea of the center's clock may be wrong by this. */
const clockMs = 60_000

export interface PackageDoorOptions {
  readonly server: FastifyInstance
  /** Of agents: it knows their keys, and what they shall have. */
  readonly aggregates: Aggregates
  readonly packages: Pick<AppPackages, 'open'>
}

/**
 * Adds the door by which agents get packages, below the address of their gateway. An agent proves with its key who it is, and gets only
 * what it shall have. Refuses with UNAUTHENTICATED and APP_NOT_FOR_AGENT.
 */
export function packageDoor({ server, aggregates, packages }: PackageDoorOptions): void {
  const path = `${gatewayPath}${decodeURIComponent(packagePath(':app', ':version'))}`

  server.get<{ Params: { app: string; version: string } }>(path, { config: { answerMs: fetchMs } }, async (request, reply) => {
    const { app, version } = request.params
    const agentId = await agentOf(request.headers.authorization ?? '', app, version)
    const stream = agentAppsStream(agentId)
    // Another instance may have decided it a moment ago.
    await aggregates.refresh([stream])
    const { apps } = (await aggregates.load(agentAppsAggregate, stream)).state
    const wanted = knownApp(apps, app)?.wanted ?? null
    if (wanted?.version !== version) throw new ElvesError('APP_NOT_FOR_AGENT', 'this agent shall not have this version of this app')
    const file = await packages.open(wanted.sha256)
    if (!file) throw new ElvesError('NOT_FOUND', `the package of ${app} ${version} is not where this process looks for packages`)
    return sendFile(request, reply, file, wanted.sha256)
  })

  async function agentOf(header: string, app: string, version: string): Promise<string> {
    const [scheme, agentId = '', until = '', signature = ''] = header.split(' ')
    const notAfter = Number(until)
    if (scheme !== agentScheme || !isAgentId(agentId) || !Number.isSafeInteger(notAfter)) throw unauthenticated('the request names no agent')
    const now = Date.now()
    if (notAfter < now - clockMs || notAfter > now + packageRequestMs + clockMs) throw unauthenticated('the request is too old, or of the future')
    await aggregates.refresh([agentStream(agentId)])
    const { enrolment } = (await aggregates.load(agentAggregate, agentStream(agentId))).state
    const isProven =
      enrolment.phase === 'APPROVED' &&
      enrolment.publicKey !== null &&
      isSignedBy(enrolment.publicKey, packageStatement({ agentId, app, version, notAfter }), signature)
    if (!isProven) throw unauthenticated('the request is not signed by the key of an agent that may work')
    return agentId
  }
}

function unauthenticated(why: string): ElvesError {
  return new ElvesError('UNAUTHENTICATED', why)
}
