/** Where each part stands in the drawing: the seed's architecture from clients at the left to agents at the right. */
export const places: Readonly<Record<string, { readonly x: number; readonly y: number }>> = {
  clients: { x: 80, y: 70 },
  'query-service': { x: 300, y: 70 },
  'projection-service': { x: 300, y: 250 },
  'command-service': { x: 540, y: 70 },
  'event-store': { x: 540, y: 250 },
  webhooks: { x: 760, y: 70 },
  kafka: { x: 760, y: 160 },
  gateway: { x: 760, y: 250 },
  agents: { x: 950, y: 250 },
}

export const drawing = { width: 1030, height: 320, boxWidth: 136, boxHeight: 54 } as const

interface Point {
  readonly x: number
  readonly y: number
}

/** The line between the edges of two boxes; `isBent`: another goes the other way, so this one keeps to its side. */
export function lineBetween(from: Point, to: Point, isBent: boolean): { readonly start: Point; readonly end: Point; readonly middle: Point } {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy) || 1
  const aside = isBent ? 12 : 0
  const shift = { x: (-dy / length) * aside, y: (dx / length) * aside }
  const [start, end] = [edgeOf(from, dx, dy), edgeOf(to, -dx, -dy)].map(({ x, y }) => ({ x: x + shift.x, y: y + shift.y })) as [Point, Point]
  return { start, end, middle: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 } }
}

/** Where a line from the middle of a box leaves it. */
function edgeOf({ x, y }: Point, dx: number, dy: number): Point {
  const [halfWidth, halfHeight] = [drawing.boxWidth / 2, drawing.boxHeight / 2]
  const scale = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : halfWidth / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : halfHeight / Math.abs(dy),
  )
  return { x: x + dx * scale, y: y + dy * scale }
}
