import { type MessageName, type MessageWriter, writerFor, writerForToday } from '@elves/schemas/codec/codec.ts'

/** All that an agent says after the welcome. */
const said: readonly MessageName[] = ['AgentFactsReport', 'AgentGoodbye', 'AgentPing', 'AttemptAcknowledged', 'AttemptEnded', 'AttemptStarted']

/**
 * Writes what this center reads, by the welcome: one that was not upgraded yet, or was taken back, still understands us.
 * To one that reads no version of something, all goes as it is today: it will say so.
 */
export function centerWriter(fingerprints: readonly string[]): MessageWriter {
  const writer = writerFor(fingerprints)
  return said.every((name) => writer.canWrite(name)) ? writer : writerForToday
}
