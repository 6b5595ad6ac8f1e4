import type { Actor } from '@elves/schemas/generated/types.ts'
import type { Subject } from '../domain/grant/grant.ts'
import { type Permission, partsOfPermission } from '../domain/permissions.ts'
import type { Scope } from '../domain/scope.ts'
import { erasedText, isSealed } from '../domain/user/personal.ts'
import type { AccessState, Grant } from './access-state.ts'
import type { AccessDecision, AskedFor } from './decide.ts'

export const languages = ['EN', 'ZH'] as const
export type Language = (typeof languages)[number]

interface Words {
  readonly verbs: Readonly<Record<Permission, string>>
  readonly kinds: Readonly<Record<Subject['kind'], string>>
  readonly all: Readonly<Record<'apps' | 'funcs' | 'agents', string>>
  may(who: string, verb: string, over: string): string
  mayNot(who: string, verb: string, over: string): string
  app(names: string): string
  func(names: string): string
  agents(selector: string): string
  /** `names` null: all. `apps` empty: whatever app. */
  secrets(names: string | null, apps: string): string
  agent(name: string): string
  because(reasons: string): string
  nothing: string
  until(instant: string): string
  given(by: string, at: string): string
  readonly byRole: string
  revoked(by: string, at: string): string
  readonly and: string
  readonly joint: string
  readonly end: string
  /** In the place of the name of a user who was erased. */
  readonly erased: string
}

const verbs: Words['verbs'] = {
  VIEW: 'see',
  RUN: 'run',
  APPROVE: 'approve tasks of',
  CANCEL: 'cancel tasks of',
  SCHEDULE: 'schedule',
  MANAGE_APPS: 'manage',
  MANAGE_AGENTS: 'manage',
  MANAGE_ACCESS: 'manage access to',
  AUDIT: 'read the audit log of',
  USE_SECRETS: 'use',
  MANAGE_SECRETS: 'manage',
}

const words: Readonly<Record<Language, Words>> = {
  EN: {
    verbs,
    kinds: { USER: 'user', ROLE: 'role', AUTH_KEY: 'auth key' },
    all: { apps: 'all apps', funcs: '', agents: 'all agents' },
    may: (who, verb, over) => `${who} may ${verb} ${over}`,
    mayNot: (who, verb, over) => `${who} may not ${verb} ${over}`,
    app: (names) => `app ${names}`,
    func: (names) => `function ${names}`,
    agents: (selector) => `agents ${selector}`,
    secrets: (names, apps) => `${names === null ? 'all secrets' : `secret ${names}`}${apps === '' ? '' : ` in tasks of ${apps}`}`,
    agent: (name) => `agent ${name}`,
    because: (reasons) => `, because ${reasons}`,
    nothing: ': no role and no grant allows it',
    until: (instant) => ` until ${instant}`,
    given: (by, at) => ` (given by ${by} at ${at})`,
    byRole: ' (a permission of that role)',
    revoked: (by, at) => `; revoked by ${by} at ${at}`,
    and: ' and ',
    joint: ' on ',
    end: '.',
    erased: erasedText,
  },
  ZH: {
    verbs: {
      VIEW: '查看',
      RUN: '运行',
      APPROVE: '审批任务：',
      CANCEL: '取消任务：',
      SCHEDULE: '定时执行',
      MANAGE_APPS: '管理',
      MANAGE_AGENTS: '管理',
      MANAGE_ACCESS: '管理权限：',
      AUDIT: '查看审计日志：',
      USE_SECRETS: '使用',
      MANAGE_SECRETS: '管理',
    },
    kinds: { USER: '用户 ', ROLE: '角色 ', AUTH_KEY: '认证密钥 ' },
    all: { apps: '所有应用', funcs: '', agents: '所有代理' },
    may: (who, verb, over) => `${who}可以${verb}${over}`,
    mayNot: (who, verb, over) => `${who}不可以${verb}${over}`,
    app: (names) => `应用 ${names} `,
    func: (names) => `函数 ${names} `,
    agents: (selector) => `代理（${selector}）`,
    secrets: (names, apps) => `${names === null ? '所有机密' : `机密 ${names} `}${apps === '' ? '' : `（用于${apps.trimEnd()}的任务）`}`,
    agent: (name) => `代理 ${name} `,
    because: (reasons) => `，因为${reasons}`,
    nothing: '：没有任何角色或授权允许',
    until: (instant) => `，有效期至 ${instant}`,
    given: (by, at) => `（由 ${by} 于 ${at} 授予）`,
    byRole: '（该角色的权限）',
    revoked: (by, at) => `；已由 ${by} 于 ${at} 撤销`,
    and: '，并且',
    joint: '，',
    end: '。',
    erased: '（已抹除）',
  },
}

/** Names of users by their ids, as they may be shown; null: it is not known. */
export type UserNames = (userId: string) => string | null

/** The names that can be told without a key. */
function keylessNames({ users }: Pick<AccessState, 'users'>): UserNames {
  return (id) => {
    const user = users.get(id)
    if (!user || isSealed(user.name)) return null
    return user.isErased ? erasedText : user.name
  }
}

/** What has the names of the other subjects, and where names of users come from. */
interface Named {
  readonly state: AccessState
  readonly names: UserNames
}

/** Says in one sentence what a grant allows, to whom, and who gave it. */
export function grantSentence(state: AccessState, grant: Grant, language: Language, names = keylessNames(state)): string {
  const own = words[language]
  return capital(`${clauseOf({ state, names }, grant, own)}${own.end}`)
}

function clauseOf(state: Named, grant: Grant, own: Words): string {
  const what = own.may(subjectName(state, grant.subject, own), own.verbs[grant.permission], scopeText(grant.permission, grant, own))
  const until = grant.expiresAt === null ? '' : own.until(instantText(grant.expiresAt))
  const given = grant.givenBy && grant.givenAt !== null ? own.given(actorName(state, grant.givenBy, own), instantText(grant.givenAt)) : own.byRole
  const revoked = grant.revokedBy && grant.revokedAt !== null ? own.revoked(actorName(state, grant.revokedBy, own), instantText(grant.revokedAt)) : ''
  return `${what}${until}${given}${revoked}`
}

/** Says in one sentence whether a subject may do something, and why. */
export function accessSentence(
  state: AccessState,
  {
    subject,
    permission,
    asked,
    decision,
  }: { readonly subject: Subject; readonly permission: Permission; readonly asked: AskedFor; readonly decision: AccessDecision },
  language: Language,
  names = keylessNames(state),
): string {
  const own = words[language]
  const named = { state, names }
  const who = subjectName(named, subject, own)
  const over = askedText(permission, asked, own)
  if (!decision.isAllowed) return capital(`${own.mayNot(who, own.verbs[permission], over)}${own.nothing}${own.end}`)
  const reasons = decision.because.map((grant) => clauseOf(named, grant, own)).join(own.and)
  return capital(`${own.may(who, own.verbs[permission], over)}${own.because(reasons)}${own.end}`)
}

function subjectName({ state, names }: Named, { kind, id }: Subject, own: Words): string {
  const prefix = own.kinds[kind].trimEnd()
  const name = kind === 'USER' ? userName(names, id, own) : kind === 'AUTH_KEY' ? state.authKeys.get(id)?.name : id
  return `${prefix} ${name ?? id}${own.kinds[kind].endsWith(' ') ? ' ' : ''}`
}

function actorName(
  { names }: Named,
  { kind, id, name }: { readonly kind: string; readonly id: string; readonly name: string | null },
  own: Words,
): string {
  return kind === 'USER' ? (userName(names, id, own) ?? name ?? id) : (name ?? id)
}

function userName(names: UserNames, id: string, own: Words): string | null {
  const name = names(id)
  return name === erasedText ? own.erased : name
}

function scopeText(permission: Permission, scope: Scope, own: Words): string {
  const parts = partsOfPermission[permission]
  const apps = parts.includes('apps') ? namesText(scope.apps, own.all.apps, own.app) : ''
  const funcs = parts.includes('funcs') ? namesText(scope.funcs, own.all.funcs, own.func) : ''
  if (parts.includes('secrets')) return own.secrets(scope.secrets.includes('*') ? null : scope.secrets.join(', '), apps)
  const agents = scope.agents === '' ? own.all.agents : own.agents(scope.agents)
  return joined([funcs, apps, agents], own)
}

function askedText(permission: Permission, { app, func, agent, secret }: AskedFor, own: Words): string {
  const parts = partsOfPermission[permission]
  const apps = parts.includes('apps') ? (app ? own.app(app) : own.all.apps) : ''
  if (parts.includes('secrets')) return own.secrets(secret ?? null, apps)
  const funcs = parts.includes('funcs') && func ? own.func(func) : ''
  return joined([funcs, apps, agent ? own.agent(agent.known?.name || agent.name) : own.all.agents], own)
}

function joined(texts: readonly string[], own: Words): string {
  const [agents = '', ...others] = texts.filter((text) => text !== '').reverse()
  const things = others.reverse().join(own === words.EN ? ' of ' : '')
  return things === '' ? agents : `${things}${own.joint}${agents}`.trimEnd()
}

function namesText(names: readonly string[], all: string, text: (names: string) => string): string {
  return names.includes('*') ? all : text(names.join(', '))
}

function instantText(at: number): string {
  return new Date(at).toISOString()
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

/** Says in English what is missing, for a refusal. It names a user by id, because it is in the event of the denial, too: {@link shownTo}. */
export function mayNotSentence(state: AccessState, subject: Subject, permission: Permission, asked: AskedFor | Scope): string {
  const own = words.EN
  const over = 'agents' in asked && 'apps' in asked ? scopeText(permission, asked, own) : askedText(permission, asked, own)
  const who = subjectName({ state, names: () => null }, subject, own)
  return `${own.mayNot(who, own.verbs[permission], over)}${own.nothing} (${permission})`
}

/** A message to a user names the user by name. */
export function shownTo({ kind, id, name }: Actor, message: string): string {
  return kind === 'USER' && name !== null ? message.replaceAll(id, () => name) : message
}
