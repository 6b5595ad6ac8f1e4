import { text } from 'node:stream/consumers'
import { jsonLogger } from './log.ts'
import { droppedLogLines } from './log-outlet.ts'

/** Logs the given number of lines, writes to standard output how far its event loop gets, and ends in the given way when its input ends. */
const [lines = '0', end = 'return'] = process.argv.slice(2)
const logger = jsonLogger('chatty', 'info')
// Said after the log's own listener has written what was gathered.
process.once('exit', () => process.stdout.write(`dropped=${droppedLogLines()}`))

for (let line = 0; line < Number(lines); line++) logger.info({ line, filler: 'x'.repeat(900) }, 'a line')
// A timer that fires shows that the event loop runs.
setTimeout(() => process.stdout.write('logged '), 1)
await text(process.stdin)
if (end === 'throw') {
  logger.error('the last line')
  throw new Error('a fault')
}
logger.info('the last line')
if (end === 'exit') process.exit(3)
