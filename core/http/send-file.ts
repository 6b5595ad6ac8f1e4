import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Bytes that are read once, or let go by `close`. */
export interface SentBytes {
  readonly bytes: number
  read(start: number): Promise<Readable>
  close(): Promise<void>
}

/**
 * Answers with bytes that never change under this tag, or with the rest of them from `Range: bytes=N-` on.
 * A range of another form is ignored, as HTTP allows.
 */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: SentBytes, tag: string): Promise<FastifyReply> {
  const { bytes: size } = file
  const etag = `"${tag}"`
  const ifRange = request.headers['if-range']
  const from = /^bytes=(\d{1,15})-$/.exec(request.headers.range ?? '')?.[1]
  const start = from === undefined || (ifRange !== undefined && ifRange !== etag) ? 0 : Number(from)
  if (start > 0 && start >= size) {
    await file.close()
    return reply.status(416).header('etag', etag).header('content-range', `bytes */${size}`).send()
  }
  // What fails here is answered as an error, without these headers.
  const content = await file.read(start)
  reply.header('etag', etag).header('accept-ranges', 'bytes').type('application/zip')
  if (start > 0) reply.status(206).header('content-range', `bytes ${start}-${size - 1}/${size}`)
  reply.header('content-length', size - start)
  return reply.send(content)
}
