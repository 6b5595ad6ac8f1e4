import { grantSentence, type Language } from '@elves/core/access/sentences.ts'
import type { PeriodReport } from '@elves/core/audit/period-report.ts'
import { plainTexts } from './report-names.ts'

/** A part of a report: a heading, and a table or a list of sentences. */
export interface ReportPart {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Said where there are no rows. */
  readonly none: string
}

export interface ReportText {
  readonly title: string
  readonly about: readonly string[]
  readonly parts: readonly ReportPart[]
}

const words = {
  EN: {
    title: 'Who could do what, and who did what',
    from: (from: string, to: string) => `From ${from} to before ${to}.`,
    counted: (events: number) => `${events} events of the log are in this time.`,
    users: 'Users',
    usersHead: ['Name', 'Full name', 'Roles at the beginning', 'Roles at the end', 'At the end'],
    notYet: 'not there yet',
    disabled: 'disabled',
    enabled: 'may sign in',
    erased: 'erased',
    roles: 'Roles, as they were at the end',
    rolesHead: ['Role', 'Allows', 'Apps', 'Agents'],
    grants: 'Grants that held at any instant of this time',
    grantsHead: ['What it allowed'],
    keys: 'Auth keys, as they were at the end',
    keysHead: ['Name', 'Id', 'App', 'State'],
    changes: 'What changed of it',
    cut: 'There were more changes; a shorter time has them all.',
    changesHead: ['When', 'What', 'Of what', 'By whom'],
    deeds: 'Who did what',
    deedsHead: ['Who', 'Events', 'First', 'Last', 'What'],
    none: 'None.',
    all: 'all',
  },
  ZH: {
    title: '谁可以做什么，谁做了什么',
    from: (from: string, to: string) => `自 ${from} 起，至 ${to} 之前。`,
    counted: (events: number) => `此期间日志有 ${events} 个事件。`,
    users: '用户',
    usersHead: ['名称', '全名', '期初角色', '期末角色', '期末状态'],
    notYet: '尚不存在',
    disabled: '已停用',
    enabled: '可登录',
    erased: '已抹除',
    roles: '期末的角色',
    rolesHead: ['角色', '允许', '应用', '代理'],
    grants: '此期间任一时刻有效的授权',
    grantsHead: ['允许的内容'],
    keys: '期末的认证密钥',
    keysHead: ['名称', '标识', '应用', '状态'],
    changes: '权限的变更',
    cut: '还有更多变更；较短的期间可列出全部。',
    changesHead: ['时间', '事件', '对象', '由谁'],
    deeds: '谁做了什么',
    deedsHead: ['谁', '事件数', '最早', '最晚', '内容'],
    none: '无。',
    all: '全部',
  },
} as const

const typesShown = 12
const instant = (at: number) => new Date(at).toISOString()

/** Puts a report into words, for any form of it. */
export function reportText(
  { period, state, users, grants, changes, areChangesCut, deeds, events }: PeriodReport,
  language: Language,
  open = plainTexts,
): ReportText {
  const own = words[language]
  const names = (list: readonly string[]) => (list.includes('*') ? own.all : list.join(', '))
  const nameOf = (id: string) => {
    const user = state.users.get(id)
    return user ? (user.isErased ? own.erased : open(user, user.name)) : null
  }
  const by = (actor: Who) => who(actor.kind === 'USER' ? { ...actor, name: nameOf(actor.id) ?? actor.name } : actor)
  const part = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): ReportPart => ({ title, head, rows, none: own.none })
  return {
    title: own.title,
    about: [own.from(instant(period.from), instant(period.to)), own.counted(events)],
    parts: [
      part(
        own.users,
        own.usersHead,
        users.map(({ user, before }) => {
          const roles = before ? before.roles.join(', ') : own.notYet
          if (user.isErased) return [`${own.erased} (${user.id})`, '', roles, '', own.erased]
          return [nameOf(user.id) ?? user.id, open(user, user.displayName), roles, user.roles.join(', '), user.isEnabled ? own.enabled : own.disabled]
        }),
      ),
      part(
        own.roles,
        own.rolesHead,
        [...state.roles.values()].map(({ name, permissions, apps, agents }) => [
          name,
          permissions.join(', '),
          names(apps),
          agents === '' ? own.all : agents,
        ]),
      ),
      part(
        own.grants,
        own.grantsHead,
        grants.map((grant) => [grantSentence(state, grant, language, nameOf)]),
      ),
      part(
        own.keys,
        own.keysHead,
        [...state.authKeys.values()].map(({ id, name, app, state: keyState }) => [name, id, app ?? own.all, keyState]),
      ),
      part(own.changes, own.changesHead, [
        ...changes.map(({ at, type, stream, by: actor }) => [instant(at), type, stream, by(actor)]),
        ...(areChangesCut ? [['', own.cut, '', '']] : []),
      ]),
      part(
        own.deeds,
        own.deedsHead,
        deeds.map(({ kind, id, name, events: count, first, last, types }) => {
          const most = types.slice(0, typesShown).map(([type, times]) => `${type} ${times}`)
          const rest = types.length > typesShown ? [`+${types.length - typesShown}`] : []
          return [by({ kind, id, name }), String(count), instant(first), instant(last), [...most, ...rest].join(', ')]
        }),
      ),
    ],
  }
}

interface Who {
  readonly kind: string
  readonly id: string
  readonly name: string | null
}

function who({ kind, id, name }: Who): string {
  return [kind, name === null || name === id ? id : `${name} (${id})`].filter(Boolean).join(' ')
}
