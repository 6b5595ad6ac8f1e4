import pino, { type Logger as PinoLogger } from 'pino'

/** Structured JSON lines; an argument everywhere, narrowed by `child({ taskId })`. */
export type Logger = PinoLogger

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** A logger on standard error, so that standard output stays for what a program has to say. */
export function jsonLogger(service: string, level: LogLevel, destination: pino.DestinationStream = standardError()): Logger {
  return pino(
    { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination,
  )
}

/** A full disk, or a reader that is gone, takes the log away, not the process. */
function standardError(): pino.DestinationStream {
  return pino.destination({ dest: 2, sync: true }).on('error', () => {})
}

/** For tests and tools that want no log. */
export const silentLogger: Logger = pino({ level: 'silent' })
