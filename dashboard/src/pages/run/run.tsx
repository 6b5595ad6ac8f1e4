import { Alert, App, AutoComplete, Button, Card, Form, InputNumber, Radio, Select } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { AgentChoicesDocument, AppFunctionsDocument } from '../../../generated/operations.ts'
import { type AskError, ask } from '../../graphql/ask.ts'
import { asAskError } from '../../graphql/use-live-list.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Page } from '../../parts/page.tsx'
import { useText } from '../../words/use-text.ts'
import { AgentPreview } from './agent-preview.tsx'
import { ParamField } from './param-field.tsx'
import { RunProgress } from './run-progress.tsx'
import { inputsOf, type RunForm, type StartedRun, startRun } from './start-run.ts'

const shownAgents = 500

export function Run() {
  const text = useText()
  const [search] = useSearchParams()
  const [form] = Form.useForm<RunForm>()
  const app = Form.useWatch('app', form)
  const func = Form.useWatch('func', form)
  const target = Form.useWatch('target', form) ?? 'agents'
  const selector = Form.useWatch('selector', form) ?? ''
  const chosen = Form.useWatch('agents', form) ?? []
  const [started, setStarted] = useState<StartedRun | null>(null)
  const [error, setError] = useState<AskError | null>(null)
  const [isStarting, setStarting] = useState(false)
  const { modal } = App.useApp()
  const apps = useAsk('functions', AppFunctionsDocument, { first: 200 })
  const agents = useAsk('agent-choices', AgentChoicesDocument, { first: shownAgents })
  const known = agents.data?.agents.nodes ?? []
  const described = apps.data?.apps.nodes.find(({ name }) => name === app)?.functions ?? []
  const names = new Set([...(apps.data?.apps.nodes ?? []).map(({ name }) => name), ...known.flatMap((agent) => agent.apps.map(({ name }) => name))])
  const schema = described.find(({ name }) => name === func)?.param

  async function start(values: RunForm): Promise<void> {
    setStarting(true)
    setError(null)
    try {
      setStarted(await startRun(values))
    } catch (thrown) {
      setError(asAskError(thrown))
    } finally {
      setStarting(false)
    }
  }

  async function confirm(values: RunForm): Promise<void> {
    const what = `${values.app}.${values.func}`
    const count = values.target === 'agents' ? values.agents.length : await countSelected(values.selector)
    modal.confirm({
      title: text('run.confirm', { what, count: count ?? text('run.many', { count: shownAgents }) }),
      content: text('run.confirmNote', { timeout: Math.round(inputsOf(values)[0]?.timeoutMs ?? 0) / 1000 }),
      okText: text('run.go'),
      cancelText: text('run.back'),
      onOk: () => start(values),
    })
  }

  const initial: Partial<RunForm> = {
    app: search.get('app') ?? '',
    func: search.get('func') ?? '',
    agents: search.get('agent')?.split(',') ?? [],
    target: search.has('selector') ? 'selector' : 'agents',
    selector: search.get('selector') ?? '',
    param: search.get('param') ?? '',
    timeoutS: 90,
  }
  const required = [{ required: true, message: text('run.required') }]
  return (
    <Page name="run" title={text('nav.run')}>
      <div className="stack">
        <div className="cards">
          <Card size="small" title={text('run.what')}>
            <Form form={form} layout="vertical" initialValues={initial} onFinish={(values) => void confirm(values)} requiredMark={false}>
              <Form.Item name="app" label={text('task.app')} rules={required}>
                <AutoComplete options={[...names].sort().map((value) => ({ value }))} showSearch={{ filterOption: true }} />
              </Form.Item>
              <Form.Item name="func" label={text('task.func')} rules={required}>
                <AutoComplete
                  options={described.map(({ name, description }) => ({ value: name, label: description ? `${name}: ${description}` : name }))}
                />
              </Form.Item>
              <ParamField schema={schema} />
              <Form.Item name="target" label={text('run.where')}>
                <Radio.Group
                  optionType="button"
                  options={[
                    { value: 'agents', label: text('run.byAgent') },
                    { value: 'selector', label: text('run.bySelector') },
                  ]}
                />
              </Form.Item>
              {target === 'agents' ? (
                <Form.Item name="agents" label={text('nav.agents')} rules={required}>
                  <Select
                    mode="multiple"
                    options={known.map(({ id, ip, name }) => ({ value: id, label: name === ip ? ip : `${name} (${ip})` }))}
                    showSearch={{ optionFilterProp: 'label' }}
                  />
                </Form.Item>
              ) : (
                <Form.Item name="selector" label={text('run.selector')} extra={text('run.selectorNote')}>
                  <AutoComplete options={[]} placeholder="env=prod,region in (eu,us),!canary" />
                </Form.Item>
              )}
              <Form.Item name="timeoutS" label={text('run.timeout')}>
                <InputNumber min={0} max={2_147_483} suffix="s" style={{ width: 140 }} />
              </Form.Item>
              <Button type="primary" htmlType="submit" loading={isStarting}>
                {text('run.start')}
              </Button>
            </Form>
          </Card>
          <AgentPreview selector={target === 'selector' ? selector : null} chosen={chosen} known={known} app={app ?? ''} />
        </div>
        <Fault error={error} />
        {started?.refusals.map(({ code, message, count }) => (
          <Alert key={`${code}${message}`} type="warning" showIcon title={`${code} (${count}): ${message}`} />
        ))}
        {started && started.tasks.length > 0 && <RunProgress key={started.tasks[0]?.id} run={started} again={(form) => void start(form)} />}
      </div>
    </Page>
  )
}

/** Null where there are more than one page of them. */
async function countSelected(selector: string): Promise<number | null> {
  const { agents } = await ask(AgentChoicesDocument, { filter: { selector }, first: shownAgents })
  return agents.pageInfo.hasNextPage ? null : agents.nodes.length
}
