import { type RefObject, useEffect } from 'react'
import { isTyping } from './keyboard.tsx'

/** What a list's rows have in the document: the id of the row. */
const rowIn = '[data-row-key]'

/**
 * `j` and `k` go to the next and the previous row: its link gets the focus, so that Enter opens it, and the page needs no mark of its
 * own for where one is.
 */
export function useRowKeys(holder: RefObject<HTMLElement | null>, ids: readonly string[], scrollTo: (id: string) => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (isTyping(event) || (event.key !== 'j' && event.key !== 'k') || ids.length === 0) return
      const here = holder.current?.querySelector(`${rowIn}:focus-within`)?.getAttribute('data-row-key')
      const index = here == null ? -1 : ids.indexOf(here)
      const next = ids[event.key === 'j' ? Math.min(ids.length - 1, index + 1) : Math.max(0, index - 1)]
      if (next === undefined) return
      event.preventDefault()
      scrollTo(next)
      // The row may not be there before the list has scrolled to it.
      requestAnimationFrame(() => requestAnimationFrame(() => focusRow(holder.current, next)))
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [holder, ids, scrollTo])
}

function focusRow(holder: HTMLElement | null, id: string): void {
  holder?.querySelector<HTMLElement>(`[data-row-key="${CSS.escape(id)}"] :is(a, button)`)?.focus({ preventScroll: true })
}
