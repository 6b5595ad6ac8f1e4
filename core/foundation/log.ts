import pino, { type Logger as PinoLogger } from 'pino'
import { LogOutlet, openStandardError } from './log-outlet.ts'
import { loggedError } from './logged-error.ts'

/** Writes structured JSON lines. It is passed as an argument everywhere, and narrowed by `child({ taskId })`. */
export type Logger = PinoLogger

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Returns a logger on standard error; standard output is for the output of the program. */
export function jsonLogger(service: string, level: LogLevel): Logger {
  const outlet = new LogOutlet(openStandardError())
  process.once('exit', () => outlet.flush())
  return loggerOn(outlet, service, level)
}

/** Returns a logger on an outlet, which also logs how many lines were dropped. The lines go through `destination`. */
export function loggerOn(outlet: LogOutlet, service: string, level: LogLevel, destination: pino.DestinationStream = outlet): Logger {
  const logger = loggerTo(destination, service, level)
  // Logged as an error, so that it is seen at every level.
  outlet.onceBack((dropped) => logger.error({ dropped }, 'some lines of this log are missing, because it could not be written'))
  return logger
}

/** Returns a logger whose lines somebody else writes. */
export function loggerTo(destination: pino.DestinationStream, service: string, level: LogLevel): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (thrown: unknown) => loggedError(thrown) },
    },
    destination,
  )
}

/** Returns what all loggers of one log have in common, whatever names their lines have. */
export function destinationOf(logger: Logger): object {
  return (logger as unknown as Readonly<Record<symbol, object>>)[pino.symbols.streamSym] ?? logger
}

/** For tests and tools that need no log. */
export const silentLogger: Logger = pino({ level: 'silent' })
