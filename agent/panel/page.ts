/** The panel's page: one file, no build step, nothing from elsewhere. */
export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Elves agent</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1100px; padding: 16px; color: #1f2937; background: #fff }
h1 { font-size: 20px } h2 { font-size: 16px; margin: 24px 0 8px }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: 4px 8px; border-bottom: 1px solid #e5e7eb; overflow-wrap: anywhere }
.success { color: #15803d } .failure, .error { color: #b91c1c } .muted { color: #475569 }
label { display: block; margin: 8px 0 } input, textarea { width: 100%; box-sizing: border-box; font: inherit; padding: 4px }
button { font: inherit; padding: 4px 12px } pre { background: #f3f4f6; padding: 8px; white-space: pre-wrap; overflow-wrap: anywhere }
@media (prefers-color-scheme: dark) { body { color: #e5e7eb; background: #111827 } td, th { border-color: #374151 } pre { background: #1f2937 }
 .success { color: #4ade80 } .failure, .error { color: #f87171 } .muted { color: #94a3b8 } }
</style>
<h1>Elves agent / 代理</h1>
<table id="general"></table>
<h2>Apps / 应用</h2><table id="apps"></table>
<h2>Own crons / 自有定时任务</h2><table id="crons"></table>
<h2>Last tasks / 最近任务</h2><table id="tasks"></table>
<h2>Last errors / 最近错误</h2><ul id="errors"></ul>
<section id="tools" hidden>
<h2>Develop Tools / 开发工具</h2>
<form id="form">
<label>app <input name="app" required></label>
<label>func <input name="func" required></label>
<label>timeout (s) <input name="timeout" inputmode="numeric"></label>
<label>proxy <input name="proxy"></label>
<label>param (JSON) <textarea name="param" rows="4"></textarea></label>
<button type="submit" name="what" value="sign">Signed address / 签名地址</button>
<button type="submit" name="what" value="run">Run / 运行</button>
</form>
<pre id="uri"></pre><pre id="answer"></pre>
</section>
<script src="panel.js"></script>
</html>
`

/** Its script. Texts of others are never made markup. */
export const script = `'use strict'
const byId = (id) => document.getElementById(id)
const stat = async (name) => (await (await fetch('stat/' + name)).json()).data
function rows(id, lines) {
  byId(id).replaceChildren(...lines.map((cells) => {
    const row = document.createElement('tr')
    row.append(...cells.map((cell) => {
      const at = document.createElement('td')
      at.textContent = String(cell)
      if (cell === 'success' || cell === 'failure' || cell === 'error') at.className = cell
      return at
    }))
    return row
  }))
}
async function show() {
  const [general, apps, crons, tasks, errors] = await Promise.all(['general', 'apps', 'crons', 'tasks', 'errors'].map(stat))
  rows('general', [['Mode', general.Mode], ['Asset', general.Asset], ['IP', general.Ip], ['Started / 启动', general.Uptime],
    ['Last heartbeat / 最近心跳', general.Hbtime], ['Version / 版本', general.Ver]])
  rows('apps', Object.entries(apps))
  rows('crons', Object.values(crons).map((one) => [one.Id, one.App, one.Func, one.Mode, one.Rule, one.Comment, one.Lastexec]))
  rows('tasks', tasks.filter((one) => one.ID !== '').map((one) => [one.Time, one.ID, one.Type, one.Mode, one.App, one.Func, one.Costtime + ' ms', one.Flag]))
  byId('errors').replaceChildren(...errors.filter((one) => one !== '').map((one) => {
    const line = document.createElement('li')
    line.textContent = one
    return line
  }))
  byId('tools').hidden = general.Mode !== 'DEVELOP'
}
byId('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const query = new URLSearchParams(new FormData(event.target))
  const { data } = await (await fetch('api/gettesturl?' + query)).json()
  const address = 'api/v2/rt/exec?' + data.uri
  byId('uri').textContent = new URL(address, location.href).href
  byId('answer').textContent = ''
  if (event.submitter.value !== 'run') return
  byId('answer').textContent = JSON.stringify(await (await fetch(address)).json(), null, 2)
  await show()
})
show()
setInterval(show, 5000)
`
