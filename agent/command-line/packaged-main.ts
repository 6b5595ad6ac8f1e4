#!/usr/bin/env node
import process from 'node:process'
import { runAgent } from '../run-agent.ts'
import { installed } from './agent-place.ts'

/** The program of the package: `elves-agent`. It is bundled into one file, so nothing here turns TypeScript into JavaScript on the host. */
void runAgent(process.argv, process.env, installed)
