/** Returns what an agent signs to get a package from its gateway: which one, for whom, until when (ms since the epoch, center's clock). */
export function packageStatement(asked: {
  readonly agentId: string
  readonly app: string
  readonly version: string
  readonly notAfter: number
}): Buffer {
  return Buffer.from(`elves package\n${asked.agentId}\n${asked.app}\n${asked.version}\n${asked.notAfter}\n`)
}

/** Scheme of the header `authorization` of such a request: `Elves-Agent <agent> <notAfter> <signature>`. */
export const agentScheme = 'Elves-Agent'

/** How long such a request counts. */
export const packageRequestMs = 600_000

/** Returns the path of a package below the address of the gateway. */
export function packagePath(app: string, version: string): string {
  return `/apps/${encodeURIComponent(app)}/versions/${encodeURIComponent(version)}/package`
}
