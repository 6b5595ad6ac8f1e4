import { Modal } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import './keyboard.css'
import { type TextKey, useText } from '../words/use-text.ts'

/** After `g`: where to. */
const places: Readonly<Record<string, { readonly path: string; readonly text: TextKey }>> = {
  o: { path: '/', text: 'nav.overview' },
  r: { path: '/run', text: 'nav.run' },
  t: { path: '/tasks', text: 'nav.tasks' },
  q: { path: '/queues', text: 'nav.queues' },
  s: { path: '/schedules', text: 'nav.schedules' },
  a: { path: '/agents', text: 'nav.agents' },
  p: { path: '/apps', text: 'nav.apps' },
  c: { path: '/access', text: 'nav.access' },
  u: { path: '/audit', text: 'nav.audit' },
  y: { path: '/system', text: 'nav.system' },
  m: { path: '/me', text: 'me.title' },
}

const keys: readonly { readonly keys: string; readonly text: TextKey }[] = [
  { keys: '/', text: 'keyboard.search' },
  { keys: 'j  k', text: 'keyboard.rows' },
  { keys: 'Enter', text: 'keyboard.open' },
  { keys: 'Esc', text: 'keyboard.close' },
  { keys: '?', text: 'keyboard.help' },
]

/** `g` waits so long for its second key. */
const secondKeyMs = 1_500

/** Returns true for keys that belong to what is typed, or to the browser. */
export function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"], .ant-modal') !== null
}

/** The keys of every page: to search, to go elsewhere, and the list of all of them. */
export function Keyboard() {
  const text = useText()
  const navigate = useNavigate()
  const [isHelping, setHelping] = useState(false)
  useEffect(() => {
    let wentAt = Number.NEGATIVE_INFINITY
    const pressed = (event: KeyboardEvent) => {
      if (isTyping(event)) return
      const isSecond = performance.now() - wentAt < secondKeyMs
      wentAt = Number.NEGATIVE_INFINITY
      const place = isSecond ? places[event.key] : undefined
      if (place) void navigate(place.path)
      else if (event.key === 'g') wentAt = performance.now()
      else if (event.key === '?') setHelping(true)
      else if (event.key === '/') document.querySelector<HTMLElement>('main search input')?.focus()
      else return
      event.preventDefault()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [navigate])
  return (
    <Modal open={isHelping} title={text('keyboard.title')} footer={null} onCancel={() => setHelping(false)} destroyOnHidden>
      <dl className="keys" data-keys>
        {keys.map((one) => (
          <Key key={one.keys} keys={one.keys} what={text(one.text)} />
        ))}
        {Object.entries(places).map(([key, place]) => (
          <Key key={key} keys={`g  ${key}`} what={text('keyboard.go', { page: text(place.text) })} />
        ))}
      </dl>
    </Modal>
  )
}

function Key({ keys: pressed, what }: { readonly keys: string; readonly what: string }) {
  return (
    <div>
      <dt>
        {pressed.split('  ').map((one) => (
          <kbd key={one}>{one}</kbd>
        ))}
      </dt>
      <dd>{what}</dd>
    </div>
  )
}
