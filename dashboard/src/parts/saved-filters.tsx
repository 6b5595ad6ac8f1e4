import { Button, Dropdown, Input, Modal } from 'antd'
import { useState } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { sharedValue } from '../shared-value.ts'
import { useText } from '../words/use-text.ts'

/** By the path of their page: names, and what stands in the address after `?`. */
type Saved = Readonly<Record<string, Readonly<Record<string, string>>>>

const key = 'elves.filters'
const saved = sharedValue<Saved>(stored())

/** What is no filter: how the page looks, and what is open on it. */
const others = ['lang', 'theme', 'token', 'event', 'position', 'id', 'view']

function stored(): Saved {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Saved
  } catch {
    return {}
  }
}

function keep(path: string, named: Readonly<Record<string, string>>): void {
  const next = { ...saved.get(), [path]: named }
  localStorage.setItem(key, JSON.stringify(next))
  saved.set(next)
}

/** Filters of this page that this browser keeps by name. Others get one by its address. */
export function SavedFilters() {
  const text = useText()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const [search] = useSearchParams()
  const [isNaming, setNaming] = useState(false)
  const [name, setName] = useState('')
  const named = saved.use()[pathname] ?? {}
  const filter = filterOf(search)
  const known = Object.entries(named).sort(([a], [b]) => a.localeCompare(b))
  const here = known.find(([, one]) => one === filter)?.[0]
  const save = () => {
    keep(pathname, { ...named, [name.trim()]: filter })
    setNaming(false)
    setName('')
  }
  const forget = (one: string) => keep(pathname, Object.fromEntries(known.filter(([other]) => other !== one)))
  const items = [
    ...known.map(([one, its]) => ({ key: `go ${one}`, label: one, onClick: () => void navigate(`${pathname}?${its}`) })),
    ...(known.length > 0 ? [{ type: 'divider' as const }] : []),
    { key: 'save', label: text('filters.save'), disabled: filter === '' || here !== undefined, onClick: () => setNaming(true) },
    ...(here === undefined ? [] : [{ key: 'forget', label: text('filters.forget', { name: here }), onClick: () => forget(here) }]),
  ]
  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']}>
        <Button data-saved-filters={known.length}>{here ?? text('filters.saved')}</Button>
      </Dropdown>
      <Modal
        open={isNaming}
        title={text('filters.save')}
        okText={text('agents.save')}
        cancelText={text('run.back')}
        okButtonProps={{ disabled: name.trim() === '' }}
        onCancel={() => setNaming(false)}
        onOk={save}
        destroyOnHidden
      >
        <div className="stack">
          <Input
            aria-label={text('queues.name')}
            placeholder={text('queues.name')}
            maxLength={60}
            value={name}
            onChange={({ target }) => setName(target.value)}
            onPressEnter={() => name.trim() !== '' && save()}
          />
          <span className="muted">{text('filters.where')}</span>
        </div>
      </Modal>
    </>
  )
}

/** In one order, so that equal filters are equal texts. */
function filterOf(search: URLSearchParams): string {
  const kept = new URLSearchParams([...search].filter(([name]) => !others.includes(name)))
  kept.sort()
  return kept.toString()
}
