import { dateFormat } from '../words/date-formats.ts'
import { usePreferences } from '../words/preferences.ts'

/** An instant in the browser's zone; the tooltip has it in UTC. */
export function When({ at, isFull = false }: { readonly at: string | null | undefined; readonly isFull?: boolean }) {
  const { language } = usePreferences()
  if (!at) return <span className="muted">-</span>
  return (
    <time dateTime={at} title={at}>
      {timeText(at, language, isFull)}
    </time>
  )
}

const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const

/** Today's instants without their date. */
export function timeText(at: string, language: string, isFull = false): string {
  const date = new Date(at)
  if (isFull) return dateFormat(language, { ...day, ...time, fractionalSecondDigits: 3 }).format(date)
  const isToday = date.toDateString() === new Date().toDateString()
  return dateFormat(language, isToday ? time : { ...day, ...time }).format(date)
}

/** 950 → `950 ms`; 12 345 → `12.3 s`; 3 720 000 → `1 h 2 min`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`
}
