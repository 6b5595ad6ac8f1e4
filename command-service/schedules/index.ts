import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import { deleteSchedule } from '@elves/core/command-api/delete-schedule.ts'
import { fireSchedule } from '@elves/core/command-api/fire-schedule.ts'
import { pauseSchedule } from '@elves/core/command-api/pause-schedule.ts'
import { resumeSchedule } from '@elves/core/command-api/resume-schedule.ts'
import { updateSchedule } from '@elves/core/command-api/update-schedule.ts'
import { handles } from '../command-handlers.ts'
import { commandsOf } from '../component-features.ts'
import { scheduleCommands } from './schedule-commands.ts'

export const schedulesWriteFeature = commandsOf('cron', ({ store, aggregates, agents, taskRequests }) => {
  const commands = scheduleCommands({ store, schedules: aggregates, agents: agents.directory, requests: taskRequests })
  return {
    commands: [
      handles(createSchedule, commands.create),
      handles(updateSchedule, commands.update),
      handles(pauseSchedule, commands.pause),
      handles(resumeSchedule, commands.resume),
      handles(deleteSchedule, commands.remove),
      handles(fireSchedule, commands.fire),
    ],
  }
})
