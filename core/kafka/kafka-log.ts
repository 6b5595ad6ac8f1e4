import { type logCreator, logLevel } from 'kafkajs'
import type { Logger } from '../foundation/log.ts'

/**
 * These parts of kafkajs log every attempt. The platform's readers and producers log once that the brokers are away, and
 * once that they are back.
 */
const noisy: readonly string[] = ['Connection', 'BrokerPool', 'Cluster', 'ConnectionPool', 'RequestQueue']

/** Passes the log lines of kafkajs to the platform's log. */
export function bridgedLog(logger: Logger): logCreator {
  return () =>
    ({ namespace, level, log: { message, timestamp: _timestamp, logger: _logger, ...facts } }) => {
      const text = `kafkajs: ${message}`
      if (level === logLevel.ERROR && !noisy.includes(namespace)) logger.warn({ namespace, ...facts }, text)
      else logger.debug({ namespace, ...facts }, text)
    }
}
