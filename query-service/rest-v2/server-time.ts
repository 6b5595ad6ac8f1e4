import type { JsonSchema } from './parameter.ts'

/** `yyyy/MM/dd HH:mm:ss`. */
export function dateText(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const [date, time] = [['year', 'month', 'day'] as const, ['hour', 'minute', 'second'] as const]
  return `${date.map((part) => parts.get(part)).join('/')} ${time.map((part) => parts.get(part)).join(':')}`
}

/** Schema of a {@link dateText}, or of the empty text where there is no time. */
export const dateSchema: JsonSchema = { type: 'string', pattern: String.raw`^(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)?$`, examples: ['2017/05/30 10:05:01'] }
