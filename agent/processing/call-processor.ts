import type { TBinaryProtocol, TBufferedTransport } from 'thrift'
import type { Reinstruct } from './generated/processor_types.js'

/** Where an app's processor listens. */
export interface ProcessorAddress {
  readonly host: string
  readonly port: number
  /** How long a call may take, with the connecting; ms. */
  readonly timeoutMs: number
}

export type CallProcessor = (address: ProcessorAddress, result: Reinstruct, signal: AbortSignal) => Promise<string>

/** An answer is kept to 1 024 characters. Whatever sends more than this is not a processor, and must not fill the memory. */
const answerBytes = 4 * 1024 * 1024

/**
 * Calls an app's processor over a connection of its own, as Elves 0.1.x does, and returns its answer; an empty text if it
 * answered with nothing. Rejects with an error for people when it can't be reached, throws, answers something else, or takes
 * too long.
 */
export const callProcessor: CallProcessor = async (address, result, signal) => {
  const { host, port, timeoutMs } = address
  // Loaded with the first call: most agents have no processor, and the library needs memory.
  const [{ default: thrift }, { default: AppService }] = await Promise.all([import('thrift'), import('./generated/AppService.js')])
  signal.throwIfAborted()
  const { promise: failed, reject } = Promise.withResolvers<never>()
  const seen = { isReplyWithoutValue: false }
  const connection = thrift.createConnection(host, port, {
    transport: thrift.TBufferedTransport as unknown as typeof TBufferedTransport,
    protocol: noting(thrift.TBinaryProtocol, seen),
  })
  let received = 0
  connection.connection.on('data', (bytes: Buffer) => {
    received += bytes.length
    if (received > answerBytes) reject(new Error(`the processor sent more than ${answerBytes} bytes`))
  })
  connection.on('error', reject)
  connection.on('close', () => reject(new Error('the processor closed the connection before it answered')))
  const timer = setTimeout(() => reject(new Error(`the processor did not answer within ${timeoutMs} ms`)), timeoutMs)
  const onAbort = () => reject(new Error('the agent stops'))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const client = thrift.createClient(AppService, connection)
    return await Promise.race([client.runProcessor(result), failed])
  } catch (error) {
    // Of no other failure comes a whole reply.
    if (seen.isReplyWithoutValue) return ''
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    connection.connection.destroy()
  }
}

const reply = 2

/**
 * Notes whether the answer is a reply without any field: a handler that returns nothing gives one, as None in Python. The
 * library takes it for a failure, and for the same one as a field that it does not know.
 */
function noting(Protocol: typeof TBinaryProtocol, seen: { isReplyWithoutValue: boolean }): typeof TBinaryProtocol {
  return class extends Protocol {
    #type = 0
    #fields = 0

    override readMessageBegin() {
      const message = super.readMessageBegin()
      this.#type = message.mtype
      this.#fields = 0
      return message
    }

    override readFieldBegin() {
      const field = super.readFieldBegin()
      if (field.ftype !== 0) this.#fields += 1
      return field
    }

    override readMessageEnd() {
      seen.isReplyWithoutValue = this.#type === reply && this.#fields === 0
      super.readMessageEnd()
    }
  }
}

/** Why a call failed, in one text. The library rejects with errors of Node, with exceptions of Thrift, and with texts. */
export function callErrorText(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(callErrorText).join('; ')
  if (typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string' && error.message !== '') {
    return 'name' in error && error.name === 'TApplicationException' ? `the processor threw: ${error.message}` : error.message
  }
  return typeof error === 'string' ? error : 'the call failed without a reason'
}
