/** What the API of SLOs and alerts answers, as types: made from the schemas that real answers are held to. */
import type { z } from 'zod'
import type * as answers from '../../../collector/src/serve/desk-answers.ts'

type Of<Name extends keyof typeof answers> = z.infer<(typeof answers)[Name]>

export type SlosAnswer = Of<'SlosAnswer'>
export type SloAnswer = Of<'SloAnswer'>
export type SloCheckAnswer = Of<'SloCheckAnswer'>
export type BurnAnswer = Of<'BurnAnswer'>
export type BacktestAnswer = Of<'BacktestAnswer'>
export type BadEventsAnswer = Of<'BadEventsAnswer'>
export type AlertsAnswer = Of<'AlertsAnswer'>
export type SilencesAnswer = Of<'SilencesAnswer'>
export type ReceiversAnswer = Of<'ReceiversAnswer'>
export type RoutesAnswer = Of<'RoutesAnswer'>
export type DeliveriesAnswer = Of<'DeliveriesAnswer'>
export type DeliveryAnswer = Of<'DeliveryAnswer'>
export type TestAnswer = Of<'TestAnswer'>

export type Objective = SlosAnswer['objectives'][number]
export type Problem = SloCheckAnswer['problems'][number]
export type BurnRow = BurnAnswer['rows'][number]
export type Difference = BadEventsAnswer['differences'][number]
export type Episode = AlertsAnswer['history'][number]
export type ActiveAlert = AlertsAnswer['active'][number]
