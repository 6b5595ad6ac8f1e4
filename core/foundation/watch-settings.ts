import { setting } from './setting.ts'
import { onOff, anyText as text, wholeNumber } from './setting-type.ts'

/** Of the component `watcher`. */
export const watcherSettings = {
  ELVES_WATCH_EVERY_MS: setting(
    wholeNumber(100, 3_600_000),
    5_000,
    'How often the watcher looks, in ms; it tells what it saw at two looks in a row.',
  ),
  ELVES_WATCH_GONE_AFTER_MS: setting(
    wholeNumber(1_000, 86_400_000),
    15_000,
    'How long an instance may say nothing before the watcher calls it gone, in ms.',
  ),
  ELVES_WATCH_LAG_MS: setting(
    wholeNumber(1_000, 86_400_000),
    60_000,
    'How far the read models may be behind the log before the watcher tells it, in ms.',
  ),
  ELVES_WATCH_FREE_PERCENT: setting(wholeNumber(0, 100), 10, 'Share of a disk, of 100, below which what is free is told by the watcher; 0: never.'),
  ELVES_WATCH_CERTIFICATE_DAYS: setting(wholeNumber(0, 3_650), 14, 'How many days before its end the watcher tells of a certificate.'),
} as const

/** Of the panel of an agent. */
export const panelOfAgentSettings = {
  ELVES_AGENT_PANEL: setting(
    text,
    '',
    'Where the panel of the agent listens: `on` (127.0.0.1:19880), a port, or `address:port`; default nowhere, in developer mode 127.0.0.1:19880.',
  ),
  ELVES_AGENT_PANEL_PASSWORD: setting(
    text,
    '',
    'Password of the panel, whose user is `elves`; default one that is made and kept in `<data dir>/panel.json`.',
  ),
  ELVES_AGENT_DEVELOPER_MODE: setting(
    onOff,
    false,
    'Whether the panel has Develop Tools and the agent itself serves `/api/v2/rt/exec`, by which apps run without a center and without an event.',
  ),
  ELVES_AGENT_DEVELOPER_ID: setting(text, '', 'Auth id of developer mode; default one that is made and kept in `<data dir>/panel.json`.'),
  ELVES_AGENT_DEVELOPER_KEY: setting(text, '', 'Auth key of developer mode; default one that is made and kept in `<data dir>/panel.json`.'),
} as const
