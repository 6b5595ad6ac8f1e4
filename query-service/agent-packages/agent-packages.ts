import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { release } from '@elves/core/foundation/release.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { installLine, installScript } from './install-script.ts'
import { PackageStore } from './package-store.ts'

/** A host behind a slow line may take this long for an archive. */
const fetchMs = 3_600_000

/**
 * Adds the doors by which a host gets its agent: `/agent/install.sh`, `/agent/gateway` (what agents get as ELVES_GATEWAY_URL),
 * `/agent/packages/<file>` (with its SHA-256 as ETag) and `/agent/packages/SHA256SUMS`. They need no authentication: nothing in them is secret, and an agent joins only with a token.
 */
export function agentPackages(server: FastifyInstance, settings: Settings): void {
  const store = new PackageStore(packagesFolder(settings))

  server.get('/agent/install.sh', async (request, reply) => {
    const center = originOf(request, settings)
    const gateway = gatewayOf(center, settings)
    const script = installScript({ center, gateway, release, packages: await store.all(), authority: await authorityOf(settings) })
    return reply.type('text/x-shellscript; charset=utf-8').send(script)
  })

  server.get('/agent/gateway', async (request, reply) =>
    reply.type('text/plain; charset=utf-8').send(`${gatewayOf(originOf(request, settings), settings)}\n`),
  )

  server.get('/agent/packages/SHA256SUMS', async (_request, reply) => {
    const lines = (await store.all()).map(({ sha256, name }) => `${sha256}  ${name}\n`)
    return reply.type('text/plain; charset=utf-8').send(lines.join(''))
  })

  server.get<{ Params: { file: string } }>('/agent/packages/:file', { config: { answerMs: fetchMs } }, async (request, reply) => {
    const found = await store.named(request.params.file)
    if (found === null) throw new ElvesError('NOT_FOUND', `there is no package ${request.params.file}: npm run package-agent makes them`)
    const etag = `"${found.sha256}"`
    reply.header('etag', etag).header('cache-control', 'no-cache')
    if (request.headers['if-none-match'] === etag) return reply.status(304).send()
    reply.header('content-length', found.bytes).type('application/octet-stream')
    return reply.send(createReadStream(found.path))
  })
}

/** Returns the line that installs an agent with this join token; null where the settings do not say how hosts reach the center. */
export function lineOf({ ELVES_PUBLIC_URL: center, ELVES_PUBLIC_PIN: pin }: Settings, joinToken: string): string | null {
  return center === '' ? null : installLine(center.replace(/\/+$/, ''), joinToken, pin)
}

/** Returns the folder that is set, else `packages` in the data folder, else where `npm run package-agent` puts them. */
function packagesFolder({ ELVES_PACKAGES_DIR: given, ELVES_DATA_DIR: dataDir }: Settings): string {
  if (given !== '') return resolve(given)
  const kept = resolve(dataDir, 'packages')
  return existsSync(kept) ? kept : join(import.meta.dirname, '..', '..', 'dist', 'agent')
}

/** Where the host that asks reaches the center: as it did just now, unless it is set. The host guard has checked the name. */
function originOf(request: FastifyRequest, { ELVES_PUBLIC_URL: given }: Settings): string {
  return given === '' ? `${request.protocol}://${request.host}` : given.replace(/\/+$/, '')
}

async function authorityOf({ ELVES_PUBLIC_CA_FILE: file }: Settings): Promise<string> {
  return file === '' ? '' : readFile(file, 'utf8')
}

function gatewayOf(center: string, { ELVES_PUBLIC_GATEWAY_URL: given }: Settings): string {
  return given === '' ? `${center.replace(/^http/, 'ws')}/gateway` : given
}
