import type { Position } from '@elves/core/eventing/position.ts'

/** The newest position that this process knows of: told by the store where it is at hand, else the newest that passed by. */
export interface HeadPosition {
  saw(position: Position): void
  now(positions: readonly Position[]): Promise<Position>
}

export function headPosition(head: (() => Promise<Position>) | null): HeadPosition {
  let newest: Position = ''
  return {
    saw(position) {
      if (position > newest) newest = position
    },
    async now(positions) {
      const told = head ? await head() : newest
      // Positions are compared as text, so Math.max is of no use.
      return [told, ...positions].sort().at(-1) ?? told
    },
  }
}
