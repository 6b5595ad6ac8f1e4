import type { WatchingQuery } from '../../../generated/operations.ts'
import { type TextKey, useText } from '../../words/use-text.ts'
import { drawing, lineBetween, places } from './flow-places.ts'

type Flow = WatchingQuery['flows'][number]
type Component = WatchingQuery['components'][number]

/** The parts of the platform and what goes from one to another, a second. */
export function FlowDrawing({ flows, components }: { readonly flows: readonly Flow[]; readonly components: readonly Component[] }) {
  const text = useText()
  const { width, height } = drawing
  const shown = [...new Set(flows.flatMap(({ from, to }) => [from, to]))].filter((name) => places[name])
  return (
    <svg className="flows" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={text('system.flows')} data-part="flows">
      <defs>
        <marker id="flow-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse">
          <path d="M0 0 L8 4 L0 8 z" />
        </marker>
      </defs>
      {flows.map((flow) => (
        <Arrow key={`${flow.from}-${flow.to}`} flow={flow} isBent={flows.some(({ from, to }) => from === flow.to && to === flow.from)} />
      ))}
      {shown.map((name) => (
        <Box key={name} name={name} components={components.filter(({ kind }) => kind === name)} />
      ))}
    </svg>
  )
}

function Arrow({ flow: { from, to, perSecond, perSecondMax, lag }, isBent }: { readonly flow: Flow; readonly isBent: boolean }) {
  const text = useText()
  const [one, other] = [places[from], places[to]]
  if (!one || !other) return null
  const { start, end, middle } = lineBetween(one, other, isBent)
  const isFlat = Math.abs(end.y - start.y) < Math.abs(end.x - start.x)
  // Of two that go both ways, the one to the right is below.
  const aside = isBent && end.x > start.x ? 17 : -6
  const place = isFlat
    ? { x: middle.x, y: middle.y + aside, textAnchor: 'middle' as const }
    : { x: middle.x + 8, y: middle.y, textAnchor: 'start' as const }
  return (
    <g className={perSecond > 0 ? 'flow moves' : 'flow'}>
      <title>{text('system.flowMost', { from, to, most: rateText(perSecondMax) })}</title>
      <line x1={start.x} y1={start.y} x2={end.x} y2={end.y} markerEnd="url(#flow-end)" />
      <text {...place}>
        {text('system.perSecond', { rate: rateText(perSecond) })}
        {lag !== null && lag !== undefined && lag > 0 && <tspan className="odd"> +{lag.toLocaleString()}</tspan>}
      </text>
    </g>
  )
}

function Box({ name, components }: { readonly name: string; readonly components: readonly Component[] }) {
  const text = useText()
  const { x = 0, y = 0 } = places[name] ?? {}
  const { boxWidth, boxHeight } = drawing
  const ready = components.filter(({ state }) => state === 'READY').length
  const there = components.filter(({ state }) => state !== 'STOPPED').length
  const sign = there === 0 ? '' : ready === there ? 'good' : 'bad'
  return (
    <g className={`box ${sign}`}>
      <rect x={x - boxWidth / 2} y={y - boxHeight / 2} width={boxWidth} height={boxHeight} rx="8" />
      <text x={x} y={there === 0 ? y + 4 : y - 4} textAnchor="middle">
        {text(`part.${name}` as TextKey)}
      </text>
      {there > 0 && (
        <text className="small" x={x} y={y + 14} textAnchor="middle">
          {text('system.ready', { ready, there })}
        </text>
      )}
    </g>
  )
}

function rateText(rate: number): string {
  return rate >= 100 ? Math.round(rate).toLocaleString() : String(Math.round(rate * 10) / 10)
}
