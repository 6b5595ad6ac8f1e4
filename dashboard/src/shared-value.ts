import { useSyncExternalStore } from 'react'

/** A value of the whole page: the parts that use it are rendered again when it changes. */
export interface SharedValue<Value> {
  get(): Value
  set(next: Value): void
  /** A hook of React. */
  use(): Value
}

export function sharedValue<Value>(first: Value): SharedValue<Value> {
  let current = first
  const listeners = new Set<() => void>()
  const get = () => current
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  return {
    get,
    set(next) {
      if (Object.is(current, next)) return
      current = next
      for (const listener of listeners) listener()
    },
    use: () => useSyncExternalStore(subscribe, get),
  }
}
