import { type ReactNode, useEffect } from 'react'

export type PageName =
  | 'overview'
  | 'run'
  | 'approvals'
  | 'tasks'
  | 'task'
  | 'queues'
  | 'queue'
  | 'schedules'
  | 'agents'
  | 'agent'
  | 'apps'
  | 'access'
  | 'audit'
  | 'system'
  | 'me'

export interface PageProps {
  /** Scripts find the page by this name. */
  readonly name: PageName
  readonly title: string
  /** Beside the title: the state of the thing. */
  readonly sign?: ReactNode
  readonly extra?: ReactNode
  readonly children: ReactNode
}

export function Page({ name, title, sign, extra, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} - Elves`
  }, [title])
  return (
    <div className="page" data-page={name}>
      <header>
        <h1>{title}</h1>
        {sign}
        <div className="extra">{extra}</div>
      </header>
      {children}
    </div>
  )
}
