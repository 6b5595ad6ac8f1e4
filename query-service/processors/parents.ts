import type { ProcessingView } from '@elves/core/read-models/tasks/task-view.ts'

export type ProcessingParent = ProcessingView
