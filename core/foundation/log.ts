import pino, { type Logger as PinoLogger } from 'pino'
import { LogOutlet, openStandardError } from './log-outlet.ts'
import { loggedError } from './logged-error.ts'

/** Structured JSON lines; an argument everywhere, narrowed by `child({ taskId })`. */
export type Logger = PinoLogger

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** A logger on standard error, so that standard output stays for what a program has to say. */
export function jsonLogger(service: string, level: LogLevel): Logger {
  const outlet = new LogOutlet(openStandardError())
  process.once('exit', () => outlet.flush())
  return loggerOn(outlet, service, level)
}

/** A logger on an outlet, which tells there how many lines were dropped. `destination`: what the lines go through. */
export function loggerOn(outlet: LogOutlet, service: string, level: LogLevel, destination: pino.DestinationStream = outlet): Logger {
  const logger = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (thrown: unknown) => loggedError(thrown) },
    },
    destination,
  )
  // As an error: it must be seen at every level.
  outlet.onceBack((dropped) => logger.error({ dropped }, 'lines of this log were dropped: it could not be written'))
  return logger
}

/** For tests and tools that want no log. */
export const silentLogger: Logger = pino({ level: 'silent' })
