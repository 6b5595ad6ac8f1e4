import { Readable } from 'node:stream'
import { csvHead, csvRow } from '@elves/core/audit/export-csv.ts'
import { type ExportRecord, ndjsonLine } from '@elves/core/audit/export-records.ts'
import type { Bound } from '@elves/core/audit/tile-reader.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditLog } from './audit-log.ts'

export const auditExportPath = '/audit/export'

/** A long log over a slow line takes its time. */
const fetchMs = 86_400_000
const forms = {
  ndjson: { type: 'application/x-ndjson', begin: '', line: ndjsonLine },
  csv: { type: 'text/csv; charset=utf-8', begin: `${csvHead}\n`, line: csvRow },
} as const

interface Asked {
  readonly from?: string
  readonly to?: string
  readonly format?: string
}

/**
 * Adds `GET /audit/export`: the log, oldest event first, with what its proof needs. Whoever is cut off goes on with `from`, the
 * position of the last event. `authenticate` throws UNAUTHENTICATED or
 * FORBIDDEN, also later: the answer is cut off then. It reads the store as fast as the client takes it, and no faster.
 */
export function auditExport(server: FastifyInstance, audit: AuditLog, authenticate: (request: FastifyRequest) => Promise<unknown>): void {
  server.get<{ Querystring: Asked }>(auditExportPath, { config: { answerMs: fetchMs } }, async (request, reply) => {
    await authenticate(request)
    const unknown = Object.keys(request.query).find((name) => !['from', 'to', 'format'].includes(name))
    if (unknown !== undefined) throw new ElvesError('BAD_REQUEST', `${unknown} is no parameter of an export: from, to and format are`)
    const { from, to, format = 'ndjson' } = request.query
    const form = Object.hasOwn(forms, format) ? forms[format as keyof typeof forms] : null
    if (!form) throw new ElvesError('BAD_REQUEST', 'format: expected ndjson or csv')
    const records = audit.export({ from: boundOf('from', from), to: boundOf('to', to) })
    // What is wrong with the request is known with the first of them.
    const first = await records.next()
    async function* lines(): AsyncGenerator<string> {
      if (!first.done) yield form?.begin + textOf(first.value)
      for await (const some of records) {
        // A long export does not outlive what its reader shows and may.
        await authenticate(request)
        yield textOf(some)
      }
    }
    const textOf = (some: readonly ExportRecord[]) => some.map((record) => `${form.line(record)}\n`).join('')
    return reply.type(form.type).send(Readable.from(lines(), { objectMode: false }))
  })
}

/** Reads a position or an ISO 8601 instant; null: it is not given. Throws BAD_REQUEST. */
export function boundOf(name: string, text: string | undefined): Bound | null {
  if (text === undefined || text === '') return null
  if (/^[0-9a-f]{8}-[0-9a-f]{16}$/.test(text)) return { position: parsePosition(text) && text }
  const instant = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(instant)) throw new ElvesError('BAD_REQUEST', `${name}: expected a position, or an instant such as 2026-01-31T12:00:00Z`)
  return { instant }
}
