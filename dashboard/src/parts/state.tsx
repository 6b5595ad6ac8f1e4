import { type TextKey, useText } from '../words/use-text.ts'

type Sign = 'good' | 'bad' | 'odd' | 'busy' | 'idle'

/** What a person sees first of a state, whatever it is a state of. */
const signs: Readonly<Record<string, Sign>> = {
  ...{
    SUCCEEDED: 'good',
    CONNECTED: 'good',
    ACTIVE: 'good',
    INSTALLED: 'good',
    DONE: 'good',
    RELEASED: 'good',
    FIRED: 'good',
    LIVE: 'good',
    READY: 'good',
    DELIVERED: 'good',
  },
  ...{
    FAILED: 'bad',
    TIMED_OUT: 'bad',
    LOST: 'bad',
    REJECTED: 'bad',
    REVOKED: 'bad',
    BANNED: 'bad',
    ROLLED_BACK: 'bad',
    MISSED: 'bad',
    REFUSED: 'bad',
    DISABLED: 'bad',
    PARKED: 'bad',
    GONE: 'bad',
    NOT_READY: 'bad',
  },
  ...{ CANCELLED: 'odd', SKIPPED: 'odd', STOPPED: 'odd', PAUSED: 'odd', WITHDRAWN: 'odd', CONFIRMING: 'odd', CATCHING_UP: 'odd' },
  ...{ RUNNING: 'busy', DISPATCHED: 'busy', ACKNOWLEDGED: 'busy' },
}

/** The words are of the state's own kind where they differ: a schedule that RUNs is not a task that runs. */
export function State({ state, of = 'state' }: { readonly state: string; readonly of?: 'state' | 'agent' | 'schedule' | 'user' }) {
  const text = useText()
  return (
    <span className={`state ${of === 'schedule' && state === 'RUNNING' ? 'good' : (signs[state] ?? 'idle')}`} data-state={state}>
      <span>{text(`${of}.${state}` as TextKey)}</span>
    </span>
  )
}
