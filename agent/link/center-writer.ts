import { type MessageName, type MessageWriter, writerFor, writerForToday } from '@elves/schemas/codec/codec.ts'

/** The messages that an agent sends after the welcome. */
const said: readonly MessageName[] = ['AgentFactsReport', 'AgentGoodbye', 'AgentPing', 'AttemptAcknowledged', 'AttemptEnded', 'AttemptStarted']

/**
 * Writes messages in versions that this center reads, by the fingerprints of its welcome: an older center still
 * understands a newer agent. If the center reads no version of some message, everything is written in today's versions,
 * and the center refuses it.
 */
export function centerWriter(fingerprints: readonly string[]): MessageWriter {
  const writer = writerFor(fingerprints)
  return said.every((name) => writer.canWrite(name)) ? writer : writerForToday
}
