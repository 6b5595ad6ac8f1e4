import type { AppDurationView, MinuteView, NewFailureView } from '@elves/core/read-models/task-rates/queries.ts'

export type TaskMinuteParent = MinuteView
export type AppDurationParent = AppDurationView
export type NewFailureParent = NewFailureView
