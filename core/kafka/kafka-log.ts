import { type logCreator, logLevel } from 'kafkajs'
import type { Logger } from '../foundation/log.ts'

/** It complains of each attempt; our own readers and producers say once that the brokers are away, and once that they are back. */
const noisy: readonly string[] = ['Connection', 'BrokerPool', 'Cluster', 'ConnectionPool', 'RequestQueue']

/** What kafkajs logs, in our log. */
export function bridgedLog(logger: Logger): logCreator {
  return () =>
    ({ namespace, level, log: { message, timestamp: _timestamp, logger: _logger, ...facts } }) => {
      const text = `kafkajs: ${message}`
      if (level === logLevel.ERROR && !noisy.includes(namespace)) logger.warn({ namespace, ...facts }, text)
      else logger.debug({ namespace, ...facts }, text)
    }
}
