import { open, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { sha256Of } from '@elves/core/app-package/walk-package.ts'
import type { Signer } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { WantedApp } from '@elves/schemas/generated/types.ts'
import { agentScheme, packagePath, packageRequestMs, packageStatement } from '@elves/schemas/link/package-request.ts'
import { bodyOf, centerRequest } from '../link/center-request.ts'
import type { GatewayTls } from '../link/socket-session.ts'

export interface DownloadOptions {
  readonly agentId: string
  readonly signer: Signer
  /** Address of the gateway: ws:// or wss://. */
  readonly gatewayUrl: string
  readonly tls: GatewayTls
  /** The center's clock. */
  now(): number
}

/** Gets the bytes of a package that are not in the file yet, and appends them. Throws APP_DOWNLOAD_FAILED; canRetry where it may work later. */
export type Download = (wanted: WantedApp, path: string, signal: AbortSignal) => Promise<void>

/** A connection on which nothing comes for so long is given up. */
const silentMs = 30_000

export function packageDownload({ agentId, signer, gatewayUrl, tls, now }: DownloadOptions): Download {
  return async ({ app, version, sha256, bytes }, path, signal) => {
    const had = (await stat(path).catch(() => null))?.size ?? 0
    if (had === bytes) return
    const start = had < bytes ? had : 0
    const notAfter = Math.round(now()) + packageRequestMs / 2
    const signature = signer.sign(packageStatement({ agentId, app, version, notAfter }))
    const url = new URL(gatewayUrl.replace(/^ws/, 'http'))
    url.pathname = url.pathname.replace(/\/$/, '') + packagePath(app, version)
    const headers = {
      authorization: `${agentScheme} ${agentId} ${notAfter} ${signature}`,
      ...(start > 0 && { range: `bytes=${start}-`, 'if-range': `"${sha256}"` }),
    }
    const response = await centerRequest({ url, tls, headers, signal, silentMs }).catch((error: Error) => {
      throw failed(error.message, true)
    })
    if (response.statusCode !== 200 && response.statusCode !== 206) throw await refusal(response)
    await append(response, path, response.statusCode === 206 ? start : 0, bytes)
  }
}

async function append(response: IncomingMessage, path: string, start: number, bytes: number): Promise<void> {
  const file = await open(path, start > 0 ? 'r+' : 'w', 0o600)
  let at = start
  try {
    for await (const chunk of response) {
      if (at + (chunk as Buffer).length > bytes) throw failed('more bytes came than the package has', false)
      await file.write(chunk as Buffer, 0, (chunk as Buffer).length, at)
      at += (chunk as Buffer).length
    }
  } catch (error) {
    throw error instanceof ElvesError ? error : failed((error as Error).message, true)
  } finally {
    await file.close()
  }
  if (at < bytes) throw failed('the answer ended before the package', true)
}

async function refusal(response: IncomingMessage): Promise<ElvesError> {
  const { statusCode = 0 } = response
  return failed(`the center answers ${statusCode} ${await bodyOf(response, 300)}`, statusCode >= 500 || statusCode === 404 || statusCode === 403)
}

function failed(why: string, canRetry: boolean): ElvesError {
  return new ElvesError('APP_DOWNLOAD_FAILED', `the package could not be had: ${why}`, { canRetry })
}

/** Returns true if a file has this SHA-256. */
export async function hasSha256(path: string, sha256: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    return (await sha256Of(file)) === sha256
  } finally {
    await file.close()
  }
}
