import { ElvesError } from '../foundation/errors.ts'

interface KafkajsError extends Error {
  readonly type?: string
  readonly cause?: unknown
  /** Set if several things were asked for at once. */
  readonly errors?: readonly unknown[]
}

/** Answers of a broker that stay the same on a retry. */
const refusals: readonly string[] = [
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'POLICY_VIOLATION',
]

/** Returns the brokers' name of an error (`UNKNOWN_TOPIC_OR_PARTITION`, …), however deep kafkajs has wrapped it; '' if there is none. */
export function kafkaErrorType(error: unknown): string {
  for (const { type } of causesOf(error)) if (typeof type === 'string') return type
  return ''
}

/** Returns true if trying again is pointless. */
export function isRefusal(error: unknown): boolean {
  return causesOf(error).some(({ name, type }) => name === 'KafkaJSSASLAuthenticationError' || refusals.includes(type ?? ''))
}

export function kafkaRefused(error: unknown, what: string): ElvesError {
  const message = `${what}: ${error instanceof Error ? error.message : String(error)}`
  return new ElvesError('KAFKA_REFUSED', message, { cause: error, facts: { type: kafkaErrorType(error) } })
}

function causesOf(error: unknown): KafkajsError[] {
  const causes: KafkajsError[] = []
  for (let at = error as KafkajsError | undefined; at instanceof Error && !causes.includes(at); at = causeOf(at)) causes.push(at)
  return causes
}

function causeOf({ cause, errors }: KafkajsError): KafkajsError | undefined {
  return (cause ?? errors?.[0]) as KafkajsError | undefined
}
