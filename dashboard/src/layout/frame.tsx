import {
  ApartmentOutlined,
  AppstoreOutlined,
  AuditOutlined,
  CalendarOutlined,
  CheckCircleOutlined,
  DashboardOutlined,
  DesktopOutlined,
  PlayCircleOutlined,
  SafetyCertificateOutlined,
  SettingOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons'
import { App, Layout, Menu } from 'antd'
import { type ReactNode, useRef } from 'react'
import { Link, Outlet, useLocation } from 'react-router'
import type { Permission } from '../../generated/operations.ts'
import { useAdmission } from '../graphql/admission.ts'
import { Keyboard } from '../parts/keyboard.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page, type PageName } from '../parts/page.tsx'
import { ChangeFirst } from '../session/change-first.tsx'
import { SignIn } from '../session/sign-in.tsx'
import { useAskedViewer } from '../session/use-viewer.ts'
import { type TextKey, useText } from '../words/use-text.ts'
import { Header } from './header.tsx'

interface Place {
  readonly name: PageName
  readonly path: string
  readonly text: TextKey
  readonly icon: ReactNode
  /** One of these permissions is needed to see anything there; absent: everybody sees what he may. */
  readonly needs?: readonly Permission[]
}

const places: readonly Place[] = [
  { name: 'overview', path: '/', text: 'nav.overview', icon: <DashboardOutlined /> },
  { name: 'run', path: '/run', text: 'nav.run', icon: <PlayCircleOutlined />, needs: ['RUN'] },
  { name: 'tasks', path: '/tasks', text: 'nav.tasks', icon: <UnorderedListOutlined /> },
  { name: 'approvals', path: '/approvals', text: 'nav.approvals', icon: <CheckCircleOutlined />, needs: ['APPROVE'] },
  { name: 'queues', path: '/queues', text: 'nav.queues', icon: <ApartmentOutlined /> },
  { name: 'schedules', path: '/schedules', text: 'nav.schedules', icon: <CalendarOutlined /> },
  { name: 'agents', path: '/agents', text: 'nav.agents', icon: <DesktopOutlined /> },
  { name: 'apps', path: '/apps', text: 'nav.apps', icon: <AppstoreOutlined /> },
  { name: 'access', path: '/access', text: 'nav.access', icon: <SafetyCertificateOutlined />, needs: ['MANAGE_ACCESS', 'AUDIT'] },
  { name: 'audit', path: '/audit', text: 'nav.audit', icon: <AuditOutlined />, needs: ['AUDIT'] },
  { name: 'system', path: '/system', text: 'nav.system', icon: <SettingOutlined /> },
]

/** What is around every page: where one can go, and whether changes arrive. */
export function Frame() {
  const text = useText()
  const { pathname } = useLocation()
  const admission = useAdmission()
  const here = places.findLast(({ path }) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`)))
  const permissions = useAskedViewer(pathname)?.permissions
  // Also before it is known who looks: what is taken away a moment later would move the rest.
  const isShown = ({ needs }: Place) => !needs || !permissions || needs.some((one) => permissions.includes(one))
  const items = places.filter(isShown).map(({ path, text: key, icon }) => ({ key: path, icon, label: <Link to={path}>{text(key)}</Link> }))
  return (
    // Inside the router: messages and dialogs have links.
    <App className="app" message={{ maxCount: 3 }}>
      <Layout className="layout">
        <Layout.Sider className="side" width={196} theme="light" breakpoint="lg" collapsedWidth={56}>
          <div className="brand">
            <img src="/icon.svg" alt="" width={24} height={24} />
            <span>Elves</span>
          </div>
          <nav aria-label={text('nav.pages')}>{admission === 'in' && <Menu mode="inline" selectedKeys={[here?.path ?? '']} items={items} />}</nav>
        </Layout.Sider>
        <Layout>
          <Header />
          <main className="body">
            {admission === 'in' && (here?.needs ? <Guarded place={here} permissions={permissions} needs={here.needs} /> : <Outlet />)}
            {admission === 'in' && <Keyboard />}
            {admission === 'out' && <SignIn />}
            {admission === 'changeFirst' && <ChangeFirst />}
          </main>
        </Layout>
      </Layout>
    </App>
  )
}

interface GuardedProps {
  readonly place: Place
  readonly needs: readonly Permission[]
  /** Undefined: not known yet. */
  readonly permissions: readonly Permission[] | undefined
}

/** A page that is not for everybody asks for nothing before it is known who looks: each refused question would be a denial in the log. */
function Guarded({ place, needs, permissions }: GuardedProps) {
  const text = useText()
  // What somebody fills in is not taken away while he does: the platform refuses it.
  const entered = useRef<PageName | null>(null)
  if (permissions && needs.some((one) => permissions.includes(one))) entered.current = place.name
  if (entered.current === place.name) return <Outlet />
  return (
    <Page name={place.name} title={text(place.text)}>
      {permissions ? (
        <p className="muted" data-not-offered={place.name}>
          {text('offered.needs', { permissions: needs.join(', ') })}
        </p>
      ) : (
        <Loading />
      )}
    </Page>
  )
}
