import type { FastifyBodyParser, FastifyInstance } from 'fastify'
import { ElvesError } from '../foundation/errors.ts'
import { utf8Text } from './utf8.ts'

const takenCharsets = ['utf-8', 'utf8', 'us-ascii']

/** Makes a service accept JSON in UTF-8 only, unless an endpoint says otherwise. Refuses other encodings with ENCODING_INVALID. */
export function takeJsonBodies(server: FastifyInstance, parseJson: FastifyBodyParser<string> = server.getDefaultJsonParser('error', 'error')): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      checkCharset(request.headers['content-type'] ?? '')
      void parseJson(request, utf8Text(body, 'the body'), done)
    } catch (thrown) {
      done(thrown as Error)
    }
  })
}

/** Refuses a body that is announced in another encoding without reading it: some texts in GBK are valid UTF-8 by chance. */
function checkCharset(contentType: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]?.toLowerCase()
  if (charset === undefined || takenCharsets.includes(charset)) return
  throw new ElvesError('ENCODING_INVALID', 'JSON is taken in UTF-8 only', { facts: { charset } })
}
